import { isPaymentEvent, usageChange, type AgentUsageQuestion, type BookEvent, type Totals } from '#domain';
import { READ_PAGE_MAXIMUM, type LogStore } from '#event-log';
import { readEvent } from './read-event.js';
import type { OwnedPartition } from './partition.js';

/**
 * What an agent's payments authorized at or after a time come to, by the log: the figure from which a limit that is added
 * to a live agent starts (D5). Reads backwards from the head until the events are older; a rare, operator-made question.
 */
export async function loadAgentUsage(
  log: LogStore,
  partition: OwnedPartition,
  org: string,
  question: AgentUsageQuestion,
): Promise<Totals> {
  const totals: Totals = { spent: 0n, held: 0n, count: 0 };
  const needle = Buffer.from(question.agent_id);
  const payers = descendants(partition, org, question.agent_id);
  for (let upTo = partition.head.position; upTo > 0; upTo -= READ_PAGE_MAXIMUM) {
    const page = await log.read(partition.partition, Math.max(0, upTo - READ_PAGE_MAXIMUM), upTo);
    for (const logged of page) {
      if (payers.size === 1 && !logged.payload.includes(needle)) continue;
      const event = readEvent(logged);
      if (event.org === org) add(totals, event, payers, question);
    }
    const first = page[0];
    if (first && readEvent(first).time < question.since) break;
  }
  return totals;
}

/** A parent agent's limits count what its descendants spend. */
function descendants(partition: OwnedPartition, org: string, agentId: string): Set<string> {
  const book = partition.books.get(org)!.base;
  const found = new Set([agentId]);
  for (let grown = true; grown;) {
    grown = false;
    for (const agent of book.agents.values())
      if (agent.parent_id && found.has(agent.parent_id) && !found.has(agent.id)) {
        found.add(agent.id);
        grown = true;
      }
  }
  return found;
}

function add(totals: Totals, event: BookEvent, payers: ReadonlySet<string>, question: AgentUsageQuestion): void {
  if (!isPaymentEvent(event) || event.asset !== question.asset) return;
  if (!payers.has(event.payer.agent_id) || event.authorized_at < question.since) return;
  const change = usageChange(event);
  totals.spent += change.spent;
  totals.held += change.held;
  totals.count += change.count;
}
