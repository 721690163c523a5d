import type { BookEvent } from '#domain';

/**
 * An event as it was recorded, but for hashes of credentials. Its amounts are smallest units and its times milliseconds,
 * since this is the log and no report.
 */
export function renderEvent(event: BookEvent, partition: number, position: number) {
  const { token_hash: _hash, ...shown } = event as BookEvent & { token_hash?: string };
  return {
    id: `evt_${partition}_${position}`,
    position: `${partition}:${position}`,
    type: event.type,
    time: new Date(event.time).toISOString(),
    event: shown,
  };
}

/** Whether an agent may see the event: it pays, is paid, or is what the event is about. */
export function concernsAgent(event: BookEvent, agentId: string): boolean {
  if ('payer' in event)
    return [event.payer, event.payee].some((side) => 'agent_id' in side && side.agent_id === agentId);
  // Of a payment from another org, whose payer is nobody here (D15).
  if ('source' in event && 'payee' in event) return event.payee.agent_id === agentId;
  return 'agent_id' in event && event.agent_id === agentId;
}
