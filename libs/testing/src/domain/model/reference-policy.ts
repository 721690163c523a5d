import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_DECIDE_SETTINGS,
  explainPast,
  isPaymentDecision,
  isPaymentEvent,
  type BookEvent,
  type BookState,
  type Explanation,
} from '#domain';
import { SCENARIO_ORG } from '../book-scenario.js';
import { withAncestors, withParents, type ReferenceBook } from './reference-book.js';

/** What every event that sets rules sets them of. */
const SETS: Partial<Record<BookEvent['type'], (event: Record<string, unknown>) => unknown>> = {
  'organization.created': ({ org }) => org,
  // Whether it takes payments from other orgs is no rule of what is paid here.
  'organization.changed': ({ org, accept_foreign_payments }) =>
    accept_foreign_payments === undefined ? org : undefined,
  'agent.registered': ({ agent_id }) => agent_id,
  'agent.changed': ({ agent_id }) => agent_id,
  'agent.cap_raised': ({ agent_id }) => agent_id,
  'agent.frozen': ({ agent_id }) => agent_id,
  'agent.unfrozen': ({ agent_id }) => agent_id,
  'agent.revoked': ({ agent_id }) => agent_id,
  'session.opened': ({ session_id }) => session_id,
  'session.changed': ({ session_id }) => session_id,
  'session.closed': ({ session_id }) => session_id,
  'approval.grant_created': () => 'grants',
  'approval.grant_revoked': () => 'grants',
};

/** A decision names the last event before it that set a rule of whatever it concerned. */
export function checkPolicy(book: ReferenceBook, log: readonly BookEvent[], event: BookEvent): void {
  if (!isPaymentEvent(event)) return;
  const approval = event.type === 'payment.approved' || event.type === 'payment.approval_refused';
  if (!approval && !isPaymentDecision(event)) return;
  const sessions = event.session_id === undefined ? [] : withAncestors(book, event.session_id);
  const scopes = [SCENARIO_ORG, ...[...withParents(book, event.payer.agent_id), ...sessions].map(({ id }) => id)];
  if (approval && 'agent_id' in event.payee) scopes.push(event.payee.agent_id);
  const lastOf = (all: readonly string[]): number =>
    log.findLast((one) => one.sequence < event.sequence && all.includes(String(SETS[one.type]?.({ ...one }))))!
      .sequence;
  const [without, withGrants] = [lastOf(scopes), lastOf([...scopes, 'grants'])];
  const asked = event.type === 'payment.pending_approval' || (!approval && event.grant_id !== undefined);
  // Whether a refusal came before or after the grants were asked, it does not say.
  const expected = asked ? [withGrants] : event.type === 'payment.declined' ? [without, withGrants] : [without];
  if (!expected.includes(event.policy ?? 0))
    throw new Error(`event ${event.sequence} was decided under ${event.policy}, should be ${expected.join(' or ')}`);
}

/** On the book as it was just before, a decision is explained as the dry run explained it then. */
export function checkPast(before: BookState, event: BookEvent, told: Explanation): void {
  if (!isPaymentDecision(event)) return;
  const past = explainPast(before, event, DEFAULT_DECIDE_SETTINGS);
  const verdict = { would: told.would, decline: told.decline, rules: told.rules, time: told.time };
  const again = { would: past.would, decline: past.decline, rules: past.rules, time: past.time };
  if (past.reproduced && isDeepStrictEqual(again, verdict)) return;
  throw new Error(`explained as ${JSON.stringify(past)}, by the dry run then ${JSON.stringify(told)}`);
}
