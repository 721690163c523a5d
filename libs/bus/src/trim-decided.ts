import { jetstreamManager } from '@nats-io/jetstream';
import { PARTITION_COUNT, STREAMS } from '#contracts';
import type { BusConnection } from './connection.js';

/**
 * Removes from INTENTS what every partition's consumer is done with, in one call that drops whole blocks of the file.
 * Several processes may do so at once. Gives the first sequence that was kept, 0 where nothing could be removed.
 *
 * While a consumer is missing nothing is removed: what it had not seen must be there when it is made anew.
 */
export async function trimDecidedIntents(connection: BusConnection): Promise<number> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  // Before the consumers are asked: what arrives later counts as not yet seen.
  const { state } = await manager.streams.info(STREAMS.intents);
  let keep_from = state.last_seq + 1;
  let consumers = 0;
  for await (const consumer of manager.consumers.list(STREAMS.intents)) {
    consumers++;
    const caught_up = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
    if (!caught_up) keep_from = Math.min(keep_from, consumer.ack_floor.stream_seq + 1);
  }
  if (consumers < PARTITION_COUNT || keep_from <= state.first_seq) return 0;
  await manager.streams.purge(STREAMS.intents, { seq: keep_from });
  return keep_from;
}
