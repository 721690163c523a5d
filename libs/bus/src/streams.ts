import { AckPolicy, DeliverPolicy, type ConsumerConfig, type StreamConfig } from '@nats-io/jetstream';
import { PARTITION_COUNT, STREAMS, subjects } from '#contracts';

const MEBIBYTE = 1024 * 1024;
const nanoseconds = (seconds: number): number => seconds * 1e9;

/** How much each stream may hold; operators of large installations raise these. */
export interface StreamLimits {
  intents_max_bytes: number;
  envelopes_max_bytes: number;
  events_max_bytes: number;
  commands_max_bytes: number;
  dead_letters_max_bytes: number;
  /** Copies of each stream in a cluster: 1, 3 or 5. */
  replicas: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  intents_max_bytes: 512 * MEBIBYTE,
  envelopes_max_bytes: 256 * MEBIBYTE,
  events_max_bytes: 512 * MEBIBYTE,
  commands_max_bytes: 64 * MEBIBYTE,
  dead_letters_max_bytes: 128 * MEBIBYTE,
  replicas: 1,
};

/** Undecided intents of one agent by one credential: a hundred seconds at the rate that an agent has by default. */
export const INTENTS_PER_AGENT_MAXIMUM = 50_000;

/** Undecided envelopes of one agent by one credential. */
export const ENVELOPES_PER_AGENT_MAXIMUM = 10_000;

/**
 * The streams as they must be. Every one is bounded, and each can be refilled or repeated: the truth is the log (D1).
 *
 * INTENTS has limits retention and is trimmed behind its consumers (`DecidedTrimmer`): a work queue, which removes each
 * message by itself, cost the server 19 µs a message against 6 (nats-server 2.14, 64 consumers, one hot org), and went
 * on removing for seconds after the last ack. When it is full new intents are dropped, and those before them stay.
 */
export function streamDefinitions(limits: StreamLimits): Record<keyof typeof STREAMS, StreamDefinition> {
  const common = { storage: 'file', num_replicas: limits.replicas, allow_direct: true } as const;
  return {
    intents: {
      ...common,
      name: STREAMS.intents,
      description: 'Payment intents, partitioned by org; trimmed once decided',
      subjects: ['intents.*.*', 'intents.*.*.*'],
      // Applied to every message, also to one sent with a partition already in it: its org is then read as the
      // partition's number, which is nobody's.
      subject_transform: { src: 'intents.*.>', dest: `intents.{{partition(${PARTITION_COUNT},1)}}.{{wildcard(1)}}.>` },
      // No publish acknowledgements: the server would send them to any subject that a publisher writes as his reply, with
      // its own rights, and so purge this very stream or speak in another's name. A publisher's word is the answer.
      no_ack: true,
      retention: 'limits',
      discard: 'new',
      max_bytes: limits.intents_max_bytes,
      // One agent that floods fills its own share, not the stream.
      max_msgs_per_subject: INTENTS_PER_AGENT_MAXIMUM,
      discard_new_per_subject: true,
      max_age: nanoseconds(24 * 3600),
      max_msg_size: MEBIBYTE,
      // The book knows what is a repetition; a repeated intent must reach it to be answered again (D9).
      duplicate_window: nanoseconds(0.1),
    },
    envelopes: {
      ...common,
      name: STREAMS.envelopes,
      description: 'Envelopes of the payment protocols, for settlement',
      subjects: ['envelopes.*.*', 'envelopes.*.*.*'],
      // As for intents: a publisher's reply subject must not be answered with the server's own rights.
      no_ack: true,
      // Any replica takes any of them, so each is removed by itself; they are fewer than intents, and larger.
      retention: 'workqueue',
      discard: 'new',
      max_bytes: limits.envelopes_max_bytes,
      max_msgs_per_subject: ENVELOPES_PER_AGENT_MAXIMUM,
      discard_new_per_subject: true,
      max_age: nanoseconds(24 * 3600),
      max_msg_size: MEBIBYTE,
      duplicate_window: nanoseconds(0.1),
    },
    events: {
      ...common,
      name: STREAMS.events,
      description: 'What happened, for those who follow; the log is the truth',
      subjects: ['events.*.*.*.*.*'],
      republish: { src: 'events.*.*.*.*.*', dest: 'feed.{{wildcard(2)}}.{{wildcard(3)}}' },
      retention: 'limits',
      discard: 'old',
      max_bytes: limits.events_max_bytes,
      max_msg_size: MEBIBYTE,
      // Covers a relay's own repetitions; ids of a longer window would fill the server's memory.
      duplicate_window: nanoseconds(30),
    },
    commands: {
      ...common,
      name: STREAMS.commands,
      description: 'Commands between services that must not be lost',
      subjects: ['commands.*.*'],
      retention: 'workqueue',
      discard: 'new',
      max_bytes: limits.commands_max_bytes,
      max_msg_size: MEBIBYTE,
      duplicate_window: nanoseconds(120),
    },
    dead_letters: {
      ...common,
      name: STREAMS.dead_letters,
      description: 'Messages that nobody could use, with the reason',
      subjects: ['dead.>'],
      // Limits, not a work queue: dead letters are there to be looked at.
      retention: 'limits',
      discard: 'old',
      max_bytes: limits.dead_letters_max_bytes,
      max_age: nanoseconds(90 * 24 * 3600),
      duplicate_window: nanoseconds(120),
    },
  };
}

export type StreamDefinition = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects'>;

/** Streams that are consumed partition by partition, by the owner of the partition's books. */
export type PartitionedStream = typeof STREAMS.intents | typeof STREAMS.commands;

export const ACK_WAIT_SECONDS = 30;
const ACKS_PENDING_MAXIMUM = 4096;

export function partitionConsumerName(partition: number): string {
  return `owner-${partition}`;
}

/** The durable consumer of one partition. It gives up on nothing by itself: the handler decides what is dead. */
export function partitionConsumer(stream: PartitionedStream, partition: number): ConsumerDefinition {
  const filter =
    stream === STREAMS.intents ? subjects.intentsOfPartition(partition) : subjects.commandsOfPartition(partition);
  // In memory: writing down each ack took a third of the server's time over 1,000 orgs. After a restart of the server the
  // consumer is made anew and delivers again what was not trimmed yet; the book answers repetitions as before (D9).
  return { ...consumerDefinition(partitionConsumerName(partition), filter), mem_storage: true };
}

export type ConsumerDefinition = Partial<ConsumerConfig> & { durable_name: string; filter_subject: string };

export function consumerDefinition(
  durable: string,
  filter: string,
  ack_wait_seconds = ACK_WAIT_SECONDS,
): ConsumerDefinition {
  return {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanoseconds(ack_wait_seconds),
    max_ack_pending: ACKS_PENDING_MAXIMUM,
    max_deliver: -1,
    max_waiting: 64,
  };
}
