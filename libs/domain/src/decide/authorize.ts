import { heldAccount, walletOfPayee } from '../accounts.js';
import type { AuthorizePayment } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { BookEvent, PaymentDecided, PaymentDetails } from '../events/index.js';
import type { Agent, Session } from '../state/index.js';
import type { Actor } from './authority.js';
import { breakerWindows, trippedByDecline, trippedByPayment } from './breakers.js';
import { freezeRunaway } from './payment-steps.js';
import { primaryHeader, record, type DecideContext, type Decision } from './context.js';
import { approvalFor, grantWindows, type ApprovalNeeded } from './approval-needed.js';
import { pendingApproval } from './approvals.js';
import { bindingRule, type Scopes } from './binding-rule.js';
import { policyVersion } from './policy-version.js';
import { requestPaid } from './pay-request.js';
import { openedWindows, type Asked } from './rules.js';
import { preparePayment, type PreparedPayment } from './prepare-payment.js';

type Context = DecideContext<AuthorizePayment>;
type Head = ReturnType<typeof primaryHeader> & PaymentDecided;

/** Reserves, or with `capture` moves at once, against every scope of the payment: all of them or none (D13). */
export function decideAuthorize(context: Context, actor: Actor): Decision {
  const prepared = preparePayment(context, actor);
  return 'bound' in prepared ? { kind: 'replay', bound: prepared.bound } : decidePrepared(context, actor, prepared);
}

/** The payment against its rules. */
export function decidePrepared(context: Context, actor: Actor, prepared: PreparedPayment): Decision {
  const { state, command } = context;
  const { organization, payer, registration, principal, chain, session, wallet, asked, details } = prepared;

  const scopes: Scopes = { organization, principal, chain, session, wallet };
  const declined = checkSessionAccess(actor, session, payer) ?? bindingRule(state, scopes, asked);
  // Breakers are the principal's: a runaway would else go on by agents that it scoped itself.
  const tripped = declined ? undefined : trippedByPayment(principal, asked);
  const approval: ApprovalNeeded = (declined ?? tripped) ? {} : approvalFor(context, scopes, details, asked);
  const refusal = declined ?? tripped ?? approval.refusal;
  const events: BookEvent[] = registration ? [registration] : [];
  const head: Head = primaryHeader(context, events.length);
  head.policy = policyVersion(organization, chain, prepared.sessions_version, approval.asked);
  if (command.memo_hash !== undefined) head.memo_hash = command.memo_hash;
  if (command.request_hash !== undefined) head.request_hash = command.request_hash;
  events.push(
    refusal
      ? declinedOf(head, details, command.capture, refusal)
      : passed(context, head, details, scopes, asked, approval),
  );
  const primary = events.length - 1;
  const breaker = tripped?.rule ?? trippedByDecline(principal);
  if (refusal) events.push(...freezeRunaway(context, principal, breaker, events.length));
  else if (details.request_id !== undefined && events[primary]!.type === 'payment.transferred')
    events.push(...requestPaid(context, details, events.length));
  return record(events, primary);
}

/** Nothing is against it; whether a grant or a person has to be for it is in `approval`. */
function passed(
  context: Context,
  head: Head,
  details: PaymentDetails,
  { principal, chain, session, organization }: Scopes,
  asked: Asked,
  { grant, above }: ApprovalNeeded,
): BookEvent {
  const { state, command } = context;
  const windows = openedWindows(state, chain, session, organization, details.first_use === true, asked);
  windows.push(...breakerWindows(principal, asked));
  if (grant) {
    windows.push(...grantWindows(grant, asked));
    return moved(context, head, { ...details, grant_id: grant.id }, windows);
  }
  if (!above) return moved(context, head, details, windows);
  const hold_ms = holdLife(context);
  return pendingApproval(context, head, details, windows, { capture: command.capture, hold_ms, above });
}

function holdLife({ command, settings, now }: Context): number {
  const wished = command.expires_in_ms ?? settings.hold_ms;
  return command.not_after === undefined ? wished : Math.min(wished, command.not_after - now);
}

function declinedOf(head: Head, details: PaymentDetails, capture: boolean, decline: Decline): BookEvent {
  if (!capture) return { type: 'payment.declined', ...head, ...details, decline };
  return { type: 'payment.declined', ...head, ...details, decline, capture };
}

function moved(
  context: Context,
  head: Head,
  details: PaymentDetails,
  windows: ReturnType<typeof openedWindows>,
): BookEvent {
  const { command, now } = context;
  const { amount, asset, payer, payee } = details;
  if (command.capture) {
    const postings = [{ debit: payer.wallet_id, credit: walletOfPayee(payee, asset), amount, asset }];
    return { type: 'payment.transferred', ...head, ...details, postings, windows };
  }
  const postings = [{ debit: payer.wallet_id, credit: heldAccount(payer.wallet_id), amount, asset }];
  const expires_at = now + holdLife(context);
  if (command.dispatched_for_ms === undefined)
    return { type: 'payment.authorized', ...head, ...details, postings, windows, expires_at };
  // The call to the outside follows at once. What waits for an approval is dispatched when it is called.
  const unknown_at = now + command.dispatched_for_ms;
  return { type: 'payment.authorized', ...head, ...details, postings, windows, expires_at, unknown_at };
}

/** An agent's token may name only sessions that were opened for it, or for whom it pays, or that list them (D16). */
export function checkSessionAccess(actor: Actor, session: Session | undefined, payer: Agent): Decline | undefined {
  if (actor.kind !== 'agent' || !session || actor.within) return undefined;
  const open = [actor.agent.id, payer.id].some((id) => session.agent_id === id || session.participants?.includes(id));
  return open ? undefined : { code: 'session_not_open_to_agent', scope: { kind: 'session', id: session.id } };
}
