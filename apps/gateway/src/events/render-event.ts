import { isForPayee, type BookEvent } from '#domain';

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

/** Whether an agent may see the event: it pays, is what the event is about, or is paid and learns nothing of its payer's rules by it. */
export function concernsAgent(event: BookEvent, agentId: string): boolean {
  if ('payer' in event) {
    const { payer, payee } = event;
    if ('agent_id' in payer && payer.agent_id === agentId) return true;
    return 'agent_id' in payee && payee.agent_id === agentId && isForPayee(event);
  }
  // Of a payment from another org, whose payer is nobody here (D15).
  if ('source' in event && 'payee' in event) return event.payee.agent_id === agentId;
  return 'agent_id' in event && event.agent_id === agentId;
}
