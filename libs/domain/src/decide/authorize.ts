import { agentWallet, heldAccount, treasuryWallet, walletOfPayee } from '../accounts.js';
import type { AuthorizePayment } from '../commands/index.js';
import type { Decline } from '../declines.js';
import type { BoundKey } from '../facts.js';
import type { Payee } from '../parties.js';
import {
  paymentDetails,
  type AgentRegistered,
  type BookEvent,
  type PaymentDecided,
  type PaymentDetails,
} from '../events/index.js';
import { agentChain } from '../evolve/charges.js';
import { parentOf } from '../evolve/sessions.js';
import { concernsPayee, isPair } from '../limits.js';
import { principalOf } from '../principal.js';
import {
  bookInfo,
  organizationOf,
  type Agent,
  type BookState,
  type Organization,
  type Session,
  type Wallet,
} from '../state/index.js';
import { limitState, type LimitState } from '../usage.js';
import {
  findAgent,
  isPayerOfSession,
  isSelfOrDescendant,
  requireOrchestrator,
  requireSession,
  type Actor,
} from './authority.js';
import { breakerWindows, trippedByDecline, trippedByPayment } from './breakers.js';
import { freezeRunaway } from './payment-steps.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { firstUseAgent } from './first-use.js';
import { approvalFor, grantWindows, type ApprovalNeeded } from './approval-needed.js';
import { pendingApproval } from './approvals.js';
import { bindingRule, type Scopes } from './binding-rule.js';
import { policyVersion } from './policy-version.js';
import { requestPaid, requirePayable } from './pay-request.js';
import { openedWindows, type Asked } from './rules.js';

type Context = DecideContext<AuthorizePayment>;
type Head = ReturnType<typeof primaryHeader> & PaymentDecided;

/** A payment as its rules look at it: who pays whom, from where, and what binds. */
export interface PreparedPayment {
  organization: Organization;
  payer: Agent;
  /** Of an agent that becomes known by this very payment. */
  registration?: AgentRegistered;
  /** In whose name the payer spends. */
  principal: Agent;
  /** The payer and its parents, nearest first. */
  chain: readonly Agent[];
  session: Session | undefined;
  /** The highest version of its rules and of those above it; 0 without a session. */
  sessions_version: number;
  wallet: Wallet;
  asked: Asked;
  details: PaymentDetails;
}

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
  else if (command.dispatched_for_ms !== undefined) events.push(...dispatchedAtOnce(context, events[primary]!));
  else if (details.request_id !== undefined && events[primary]!.type === 'payment.transferred')
    events.push(...requestPaid(context, details, events.length));
  return record(events, primary);
}

/** Everything up to the rules: refuses what is no payment, and finds the key of one that was decided before. */
export function preparePayment(context: Context, actor: Actor): PreparedPayment | { bound: BoundKey } {
  const { state, command, now } = context;
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const organization = organizationOf(state)!;
  const session = sessionOf(context, actor);
  const { payer, registration } = payerOf(context, actor, organization, session);
  // An agent registered in this very decision has bound no key yet.
  const bound = registration ? undefined : boundBefore(context, payer.id);
  if (bound) return { bound };
  if (command.not_after !== undefined && now >= command.not_after) refuse('challenge_expired', 'request', 'challenge');

  // A scoped agent spends its agent's money, and as that agent where the org asks how it came to know the payer.
  const principal = principalOf(state, payer);
  const { namedWallet, sessions_version } = alongSessions(state, session);
  const walletId = namedWallet ?? walletOf(command, principal);
  const details = detailsOf(context, payer, payeeOf(context, principal), session, walletId, principal);
  const asked: Asked = {
    amount: command.amount,
    asset: command.asset,
    payee: details.payee,
    payee_org: 'payee_org' in details.payee ? details.payee.payee_org : command.org,
    protocol: command.protocol,
    category: command.category,
    holds: !command.capture,
    now,
  };
  const chain = registration ? [payer] : agentChain(state, payer.id);
  requireAssetCovered(chain, organization, asked);
  if (session && session.asset !== command.asset) refuse('asset_mismatch', 'session', session.id);
  if (details.request_id !== undefined) requirePayable(context, details);
  const wallet = state.wallets.get(walletId) ?? { id: walletId, asset: command.asset, available: 0n, held: 0n };
  return { organization, payer, registration, principal, chain, session, sessions_version, wallet, asked, details };
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

/** The call to the outside follows at once, so both are said in one append. What waits for an approval is dispatched when it is called. */
function dispatchedAtOnce({ command, now, ...context }: Context, hold: BookEvent): BookEvent[] {
  if (hold.type !== 'payment.authorized') return [];
  const unknown_at = now + command.dispatched_for_ms!;
  const head = header({ ...context, command, now }, hold.sequence - bookInfo(context.state).sequence);
  return [{ type: 'payment.dispatched', ...head, ...paymentDetails(hold), unknown_at }];
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
  return { type: 'payment.authorized', ...head, ...details, postings, windows, expires_at };
}

function sessionOf(context: Context, actor: Actor): Session | undefined {
  const { state, command } = context;
  const within = 'within' in actor ? actor.within : undefined;
  const named = command.session_id === undefined ? undefined : requireSession(state, command.session_id);
  if (!within) return named;
  if (!named) return within;
  for (let session: Session | undefined = named; session; session = parentOf(state, session))
    if (session.id === within.id) return named;
  return refuse('session_not_found', 'session', named.id);
}

/** Who pays: the one that is named, else the token's agent, the session's, or the org's agent `default` (API.md). */
function payerOf(
  context: Context,
  actor: Actor,
  organization: Organization,
  session: Session | undefined,
): { payer: Agent; registration?: AgentRegistered } {
  const { state, command } = context;
  if (actor.kind === 'agent') {
    const payer = command.agent === undefined ? actor.agent : findAgent(state, command.agent);
    if (!payer || !isSelfOrDescendant(state, payer.id, actor.agent.id))
      return refuse('agent_not_own', 'agent', command.agent ?? actor.agent.id);
    return { payer };
  }
  if (actor.kind === 'session') {
    const payer = findAgent(state, session?.agent_id ?? 'default');
    if (!payer) return refuse('agent_not_found', 'agent', 'default');
    if (command.agent === undefined) return { payer };
    const named = findAgent(state, command.agent);
    return isPayerOfSession(state, named, payer) ? { payer: named } : refuse('agent_not_own', 'agent', command.agent);
  }
  requireOrchestrator(actor);
  const named = command.agent ?? session?.agent_id ?? 'default';
  const payer = findAgent(state, named);
  return payer ? { payer } : firstUse(context, organization, named);
}

function firstUse(
  context: Context,
  organization: Organization,
  handle: string,
): { payer: Agent; registration: AgentRegistered } {
  const registration = firstUseAgent(context, organization, handle, header(context));
  return {
    registration,
    payer: {
      id: registration.agent_id,
      handle,
      status: 'active',
      origin: 'first_use',
      registered_at: context.now,
      limits: registration.limits.map((definition) => limitState(definition, 'agent')),
      funding: 'treasury',
      labels: {},
      tokens: [],
      totals: {},
      policy_version: registration.sequence,
    },
  };
}

/**
 * Caps are per asset: an agent or org whose limits name other assets only is not thereby free in this one (promise 5). The
 * same holds for its limits on a pair, when the payment is to that payee.
 */
function requireAssetCovered(chain: readonly Agent[], organization: Organization, asked: Asked): void {
  for (const agent of chain) if (!isAssetCovered(agent.limits, asked)) refuse('asset_mismatch', 'agent', agent.id);
  if (!isAssetCovered(organization.limits, asked)) refuse('asset_mismatch', 'organization', organization.id);
}

function isAssetCovered(limits: readonly LimitState[], asked: Asked): boolean {
  if (limits.every((limit) => limit.definition.asset === asked.asset)) return true;
  const concerning = limits.filter(({ definition }) => concernsPayee(definition, asked.payee));
  return [true, false].every((pair) => {
    const alike = concerning.filter(({ definition }) => isPair(definition) === pair);
    return alike.length === 0 || alike.some(({ definition }) => definition.asset === asked.asset);
  });
}

/** An agent's token may name only sessions that were opened for it, or for whom it pays, or that list them (D16). */
export function checkSessionAccess(actor: Actor, session: Session | undefined, payer: Agent): Decline | undefined {
  if (actor.kind !== 'agent' || !session || actor.within) return undefined;
  const open = [actor.agent.id, payer.id].some((id) => session.agent_id === id || session.participants?.includes(id));
  return open ? undefined : { code: 'session_not_open_to_agent', scope: { kind: 'session', id: session.id } };
}

/** What the session and those above it say of every payment, on one walk: the hot path has enough of them. */
function alongSessions(
  state: BookState,
  leaf: Session | undefined,
): { namedWallet: string | undefined; sessions_version: number } {
  let namedWallet: string | undefined;
  let sessions_version = 0;
  for (let session = leaf; session; session = parentOf(state, session)) {
    namedWallet ??= session.wallet_id;
    if (session.policy_version > sessions_version) sessions_version = session.policy_version;
  }
  return { namedWallet, sessions_version };
}

/** Where no session names a wallet: the agent's own where it funds itself, else the treasury (D14). */
function walletOf(command: AuthorizePayment, principal: Agent): string {
  return principal.funding === 'own'
    ? agentWallet(principal.id, command.asset)
    : treasuryWallet(command.org, command.asset);
}

/** What is paid to a scoped agent its agent earns: nobody could spend it else. So is paying oneself by way of one refused. */
function payeeOf(context: Context, payer: Agent): Payee {
  const { state, command } = context;
  if ('service' in command.payee) return { service: command.payee.service };
  const { org } = command.payee;
  if (org !== undefined && org !== command.org) return { payee_org: org, handle: command.payee.agent };
  const { address } = command.payee;
  const named = findAgent(state, command.payee.agent);
  if (address !== undefined && !named?.addresses?.includes(address))
    refuse('payee_not_found', 'agent', command.payee.agent);
  const payee = named && principalOf(state, named);
  if (!payee || named.status === 'revoked' || payee.status === 'revoked')
    return refuse('payee_not_found', 'agent', command.payee.agent);
  if (payee.id === payer.id) return refuse('payee_is_payer', 'agent', payee.id);
  return { agent_id: payee.id, handle: payee.handle };
}

function detailsOf(
  context: Context,
  payer: Agent,
  payee: Payee,
  session: Session | undefined,
  walletId: string,
  principal: Agent,
): PaymentDetails {
  const { command, now } = context;
  const details: PaymentDetails = {
    payment_id: `pay_${command.fresh_id}`,
    amount: command.amount.toString(),
    asset: command.asset,
    payer: { agent_id: payer.id, handle: payer.handle, wallet_id: walletId },
    payee,
    protocol: command.protocol,
    ...(session ? { session_id: session.id } : {}),
    // The payer's own last: whoever pays by a scoped agent cannot take its label off (D10).
    labels: { ...session?.labels, ...command.labels, ...payer.labels },
    ...(command.category === undefined ? {} : { category: command.category }),
    ...(principal.origin === 'first_use' ? { first_use: true as const } : {}),
    authorized_at: now,
  };
  // No spreads: few name these, and this is the hot path.
  if (command.terms_hash !== undefined) details.terms_hash = command.terms_hash;
  if (command.request_id !== undefined) details.request_id = command.request_id;
  return details;
}
