import type { PaymentEvent } from './events/index.js';
import { agentChain } from './evolve/charges.js';
import { concernsPayee, type LimitKeeper } from './limits.js';
import type { Asset } from './money.js';
import type { BookState } from './state/index.js';

/** What a limit that is added to a live scope has to know: what its payments since a moment come to (D5). */
export interface UsageQuestion {
  scope: { kind: LimitKeeper; id: string };
  asset: Asset;
  /** Payments authorized at or after this time. */
  since: number;
  /** Where the window rolls: by how much its beginning moves on at a time, before the limit is added. */
  step_ms?: number;
  /** For a limit on a pair: payments to this payee only. */
  service?: string;
  payee?: string;
}

export function nameOfQuestion({ scope, asset, since, service, payee }: UsageQuestion): string {
  return JSON.stringify([scope.kind, scope.id, asset, since, service, payee]);
}

/** Whether a payment is one of those asked about: of the agent or one below it, in the session or one below it, of the org. */
export function isAskedAbout(state: BookState, question: UsageQuestion, event: PaymentEvent): boolean {
  if (event.asset !== question.asset || event.authorized_at < question.since) return false;
  return concernsPayee(question, event.payee) && isWithin(state, question.scope, event);
}

function isWithin(state: BookState, { kind, id }: UsageQuestion['scope'], event: PaymentEvent): boolean {
  if (kind === 'organization') return event.org === id;
  if (kind === 'agent') return agentChain(state, event.payer.agent_id).some((agent) => agent.id === id);
  for (let session = sessionOf(state, event.session_id); session; session = sessionOf(state, session.parent_id))
    if (session.id === id) return true;
  return false;
}

function sessionOf(state: BookState, id: string | undefined) {
  return id === undefined ? undefined : state.sessions.get(id);
}
