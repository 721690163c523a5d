import { applyDecorators } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { PartitionedStream } from '../streams.js';

/** By this Nest knows which handlers are for this transport, where an app has several. */
export const JETSTREAM_TRANSPORT = Symbol.for('bursar:jetstream');

/** What the decorators write down for the server strategy. */
export type HandlerExtras =
  | ({ kind: 'batch' } & BatchHandlerOptions)
  | ({ kind: 'message' } & JetStreamHandlerOptions)
  | { kind: 'owner' }
  | ({ kind: 'request'; subject: string } & RequestHandlerOptions);

export interface BatchHandlerOptions {
  /** Its partitions are begun and ended by `startPartition` and `stopPartition`. */
  stream: PartitionedStream;
  /** The most messages of one call. */
  batch_maximum?: number;
  /** The most messages in hand, over all partitions, before pulling pauses. */
  in_hand_maximum?: number;
}

/**
 * The method gets `BusMessage[]`: all that came in while it was busy, of all partitions that are owned. It (or whoever
 * it gives them to) disposes of each by itself; what it leaves undisposed when it throws comes again later.
 */
export function BatchHandler(options: BatchHandlerOptions): MethodDecorator {
  return eventHandler(`batch ${options.stream}`, { kind: 'batch', ...options });
}

export interface JetStreamHandlerOptions {
  stream: string;
  /** The consumer's name; fixed, so that none is left behind. */
  durable: string;
  /** Subjects of the stream that it takes. */
  filter: string;
  /** After so many the message is a dead letter. Default 5. */
  deliveries_maximum?: number;
  /** How many messages are handled at a time. Default 64. */
  at_a_time?: number;
  /** `json`: the method gets the parsed value, and what is no JSON is a dead letter. Default `json`. */
  format?: 'json' | 'bytes';
  /** How long the server waits before it delivers again; a handler that runs asks for more time. Default 30. */
  ack_wait_seconds?: number;
  /** How long a handler may run before its message is delivered again all the same. Default 300. */
  runs_maximum_seconds?: number;
}

/**
 * The method gets one message's data (and the `BusMessage` as context). It is acked when the method resolves; when it
 * throws it comes again after 2 s, 10 s, 30 s, 60 s, and is then a dead letter.
 */
export function JetStreamHandler(options: JetStreamHandlerOptions): MethodDecorator {
  return eventHandler(`message ${options.stream} ${options.durable}`, { kind: 'message', ...options });
}

/** The method gets `OwnerCall[]`, and answers each by itself (see `OwnerResponder`). */
export function OwnerRequestHandler(): MethodDecorator {
  return eventHandler('owner requests', { kind: 'owner' });
}

export interface RequestHandlerOptions {
  /** Among replicas with the same queue one answers. Default: the subject. */
  queue?: string;
}

/** Core request and reply: the method gets the request's JSON, and what it returns is the reply, which may be one in parts. */
export function RequestHandler(subject: string, options: RequestHandlerOptions = {}): MethodDecorator {
  const extras: HandlerExtras = { kind: 'request', subject, ...options };
  return applyDecorators(MessagePattern<string>(`request ${subject}`, JETSTREAM_TRANSPORT, extras));
}

function eventHandler(pattern: string, extras: HandlerExtras): MethodDecorator {
  // Left to itself the compiler infers a decorator that takes no method.
  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments
  return applyDecorators(EventPattern<string>(pattern, JETSTREAM_TRANSPORT, extras));
}
