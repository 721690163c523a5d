import { STREAMS } from '#contracts';
import { DEFAULT_STREAM_LIMITS, streamDefinitions } from '../streams.js';
import { subjectsOverlap } from '../subject-match.js';
import type { HandlerExtras, JetStreamHandlerOptions } from './handlers.js';

/**
 * What would make handlers take each other's messages, or none: found at the start, where it is a sentence, and not at
 * night, where it is missing messages.
 */
export function handlerConflicts(handlers: readonly HandlerExtras[]): string[] {
  const consumers = handlers.filter((handler) => handler.kind === 'message');
  return [
    ...consumers.flatMap((consumer) => filterProblems(consumer)),
    ...pairs(consumers).flatMap(([one, other]) => pairProblems(one, other)),
    ...consumers.flatMap((consumer) => partitionProblems(consumer, handlers)),
    ...pairs(handlers.filter((handler) => handler.kind === 'request')).flatMap(([one, other]) =>
      subjectsOverlap(one.subject, other.subject)
        ? [`${one.subject} and ${other.subject} answer the same requests`]
        : [],
    ),
  ];
}

function filterProblems({ stream, filter, durable }: JetStreamHandlerOptions): string[] {
  const root = filter.split('.')[0] ?? '';
  const roots = rootsOf(stream);
  if (root === '*' || root === '>')
    return [`${durable}: the filter ${filter} would swallow every subject of ${stream}`];
  if (roots && !roots.includes(root)) return [`${durable}: the stream ${stream} has no subject that ${filter} takes`];
  return [];
}

function pairProblems(one: JetStreamHandlerOptions, other: JetStreamHandlerOptions): string[] {
  if (one.stream !== other.stream) return [];
  if (one.durable === other.durable) return [`Two handlers share the consumer ${one.durable} of ${one.stream}`];
  if (one.stream !== STREAMS.commands || !subjectsOverlap(one.filter, other.filter)) return [];
  return [`${one.durable} and ${other.durable} take the same messages of the work queue ${one.stream}`];
}

/** A consumer beside the partitions' own would take what belongs to the owner. */
function partitionProblems(consumer: JetStreamHandlerOptions, handlers: readonly HandlerExtras[]): string[] {
  const owned = handlers.some((handler) => handler.kind === 'batch' && handler.stream === consumer.stream);
  if (consumer.durable.startsWith('owner-')) return [`${consumer.durable} is a name of the partitions' consumers`];
  if (!owned || consumer.stream !== STREAMS.commands) return [];
  return [`${consumer.durable} would take commands that are their partition owner's`];
}

function rootsOf(stream: string): string[] | undefined {
  const definition = Object.values(streamDefinitions(DEFAULT_STREAM_LIMITS)).find(({ name }) => name === stream);
  return definition?.subjects.map((subject) => subject.split('.')[0] ?? '');
}

function pairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [Item, Item] => [one, other]));
}
