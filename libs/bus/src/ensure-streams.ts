import {
  JetStreamApiError,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { PARTITION_COUNT, STREAMS } from '#contracts';
import type { BusConnection } from './connection.js';
import {
  DEFAULT_STREAM_LIMITS,
  partitionConsumer,
  streamDefinitions,
  type ConsumerDefinition,
  type PartitionedStream,
  type StreamDefinition,
  type StreamLimits,
} from './streams.js';

const STREAM_NOT_FOUND = 10059;
const CONSUMER_NOT_FOUND = 10014;
const CONSUMER_EXISTS = 10148;
const CONSUMER_NAME_IN_USE = 10013;

export interface EnsureStreamsOptions {
  /** `bind`: operators made streams and consumers; they are checked and nothing is changed. */
  mode: 'create' | 'bind';
  limits?: Partial<StreamLimits>;
}

/**
 * Makes or checks the four streams and the consumer of every partition. An operator's larger limits, more subjects and
 * other replicas stay as they are; what the services rely on is put right (`create`) or refused (`bind`).
 *
 * @throws where a stream is missing (`bind`) or cannot be what the services rely on
 */
export async function ensureStreams(connection: BusConnection, options: EnsureStreamsOptions): Promise<void> {
  const manager = await jetstreamManager(connection);
  const definitions = streamDefinitions({ ...DEFAULT_STREAM_LIMITS, ...options.limits });
  for (const definition of Object.values(definitions)) await ensureStream(manager, definition, options.mode);
  const partitions = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);
  for (const stream of [STREAMS.intents, STREAMS.commands] as const) {
    await Promise.all(partitions.map((partition) => ensurePartitionConsumer(manager, stream, partition, options.mode)));
  }
}

export function ensurePartitionConsumer(
  manager: JetStreamManager,
  stream: PartitionedStream,
  partition: number,
  mode: EnsureStreamsOptions['mode'],
): Promise<void> {
  return ensureConsumer(manager, stream, partitionConsumer(stream, partition), mode);
}

/** Makes the consumer, or brings it to its definition; with `bind` only looks whether it is there. */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  definition: ConsumerDefinition,
  mode: EnsureStreamsOptions['mode'],
): Promise<void> {
  if (mode === 'bind') {
    const found = await manager.consumers.info(stream, definition.durable_name).catch(orUndefined(CONSUMER_NOT_FOUND));
    if (!found) throw new Error(`Stream ${stream} has no consumer ${definition.durable_name}: its operator makes it`);
    return;
  }
  try {
    await manager.consumers.add(stream, definition);
  } catch (error) {
    if (!hasCode(error, CONSUMER_EXISTS, CONSUMER_NAME_IN_USE)) throw error;
    await manager.consumers.update(stream, definition.durable_name, definition);
  }
}

async function ensureStream(manager: JetStreamManager, definition: StreamDefinition, mode: string): Promise<void> {
  const existing = await manager.streams.info(definition.name).catch(orUndefined(STREAM_NOT_FOUND));
  if (!existing) {
    if (mode === 'bind') throw new Error(`The bus has no stream ${definition.name}: its operator makes it`);
    await addStream(manager, definition);
    return;
  }
  const wrong = differences(definition, existing.config);
  if (wrong.length === 0) return;
  if (mode === 'bind') throw new Error(`Stream ${definition.name} is not as needed: ${wrong.join('; ')}`);
  await manager.streams.update(definition.name, merged(definition, existing));
}

async function addStream(manager: JetStreamManager, definition: StreamDefinition): Promise<void> {
  try {
    await manager.streams.add(definition);
  } catch (error) {
    // Several services start at once: another may have made it in between.
    const made = await manager.streams.info(definition.name).catch(() => undefined);
    if (!made || differences(definition, made.config).length > 0) throw error;
  }
}

/** Fields without which the services would be wrong, not merely smaller or larger. */
const RELIED_ON = [
  'retention',
  'discard',
  'subject_transform',
  'republish',
  'no_ack',
] as const satisfies (keyof StreamConfig)[];

function differences(definition: StreamDefinition, actual: StreamConfig): string[] {
  const missing = definition.subjects.filter((subject) => !actual.subjects.includes(subject));
  const wrong = RELIED_ON.filter((field) => !holds(definition[field], actual[field]));
  return [
    ...missing.map((subject) => `it does not take ${subject}`),
    ...wrong.map((field) => `${field} is ${JSON.stringify(actual[field])}, not ${JSON.stringify(definition[field])}`),
    ...(actual.max_bytes > 0 ? [] : ['max_bytes is not set']),
  ];
}

/** The server adds fields of its own (`republish.headers_only`), so only those that were asked for count. */
function holds(wanted: unknown, actual: unknown): boolean {
  if (wanted === undefined) return actual === undefined || actual === false;
  if (typeof wanted !== 'object' || wanted === null) return wanted === actual;
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([field, value]) => holds(value, (actual as Record<string, unknown>)[field]));
}

function merged(definition: StreamDefinition, existing: StreamInfo): Partial<StreamConfig> {
  const relied = Object.fromEntries(RELIED_ON.map((field) => [field, definition[field]]));
  return {
    ...existing.config,
    ...relied,
    subjects: [...new Set([...existing.config.subjects, ...definition.subjects])],
    max_bytes: existing.config.max_bytes > 0 ? existing.config.max_bytes : definition.max_bytes,
  };
}

function orUndefined(code: number): (error: unknown) => undefined {
  return (error) => {
    if (hasCode(error, code)) return undefined;
    throw error;
  };
}

function hasCode(error: unknown, ...codes: number[]): boolean {
  return error instanceof JetStreamApiError && codes.includes(error.code);
}
