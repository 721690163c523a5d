import { agentWallet, heldAccount, treasuryWallet, walletOfPayee } from '../accounts.js';
import type { AuthorizePayment } from '../commands.js';
import type { Decline } from '../declines.js';
import type { AgentRegistered, BookEvent, Payee, PaymentDecided, PaymentDetails } from '../events.js';
import { agentChain } from '../evolve/charges.js';
import { parentOf } from '../evolve/sessions.js';
import { organizationOf, type Agent, type BookState, type Organization, type Session } from '../state.js';
import { limitState } from '../usage.js';
import { findAgent, isSelfOrDescendant, requireOrchestrator, requireSession, type Actor } from './authority.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { firstUseAgent } from './first-use.js';
import { checkAgents, checkFirstUse, checkFunds, checkSessions, countedWindows, type Asked } from './rules.js';

type Context = DecideContext<AuthorizePayment>;

/** Reserves, or with `capture` moves at once, against every scope of the payment: all of them or none (D13). */
export function decideAuthorize(context: Context, actor: Actor): Decision {
  const { state, command, now } = context;
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const organization = organizationOf(state)!;
  const session = sessionOf(context, actor);
  const { payer, registration } = payerOf(context, actor, organization, session);
  // An agent registered in this very decision has bound no key yet.
  const bound = registration ? undefined : boundBefore(context, payer.id);
  if (bound) return { kind: 'replay', bound };

  const asked: Asked = {
    amount: command.amount,
    asset: command.asset,
    protocol: command.protocol,
    holds: !command.capture,
    now,
  };
  const chain = registration ? [payer] : agentChain(state, payer.id);
  requireAssetCovered(chain, command.asset);
  if (session && session.asset !== command.asset) refuse('asset_mismatch', 'session', session.id);
  const walletId = walletOf(state, command, payer, session);
  const details = detailsOf(context, payer, payeeOf(context, payer), session, walletId);

  const declined =
    checkSessionAccess(actor, session, payer) ??
    checkAgents(chain, asked) ??
    checkFirstUse(organization, payer, asked) ??
    checkSessions(state, session, asked) ??
    checkFunds(
      state.wallets.get(walletId) ?? { id: walletId, asset: command.asset, available: 0n, held: 0n },
      asked.amount,
    );
  const events: BookEvent[] = registration ? [registration] : [];
  const plain = primaryHeader(context, events.length);
  const head = command.memo_hash === undefined ? plain : { ...plain, memo_hash: command.memo_hash };
  events.push(
    declined
      ? { type: 'payment.declined', ...head, ...details, decline: declined }
      : passed(context, head, details, countedWindows(chain, organization, asked)),
  );
  return record(events, events.length - 1);
}

function passed(
  context: Context,
  head: ReturnType<typeof primaryHeader> & PaymentDecided,
  details: PaymentDetails,
  windows: ReturnType<typeof countedWindows>,
): BookEvent {
  const { command, now, settings } = context;
  const { amount, asset, payer, payee } = details;
  if (command.capture) {
    const postings = [{ debit: payer.wallet_id, credit: walletOfPayee(payee, asset), amount, asset }];
    return { type: 'payment.transferred', ...head, ...details, postings, windows };
  }
  const postings = [{ debit: payer.wallet_id, credit: heldAccount(payer.wallet_id), amount, asset }];
  const expires_at = now + (command.expires_in_ms ?? settings.hold_ms);
  return { type: 'payment.authorized', ...head, ...details, postings, windows, expires_at };
}

function sessionOf(context: Context, actor: Actor): Session | undefined {
  const { state, command } = context;
  const within = actor.kind === 'owner' ? undefined : actor.within;
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
    if (command.agent !== undefined && findAgent(state, command.agent)?.id !== payer.id)
      return refuse('agent_not_own', 'agent', command.agent);
    return { payer };
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
      limits: registration.limits.map((definition) => limitState(definition)),
      funding: 'treasury',
      labels: {},
      tokens: [],
      totals: {},
    },
  };
}

/** Caps are per asset: an agent whose limits name other assets only is not thereby free in this one (promise 5). */
function requireAssetCovered(chain: readonly Agent[], asset: string): void {
  for (const agent of chain)
    if (agent.limits.length > 0 && !agent.limits.some((limit) => limit.definition.asset === asset))
      refuse('asset_mismatch', 'agent', agent.id);
}

/** An agent's token may name only sessions that were opened for it, or for whom it pays, or that list them (D16). */
function checkSessionAccess(actor: Actor, session: Session | undefined, payer: Agent): Decline | undefined {
  if (actor.kind !== 'agent' || !session || actor.within) return undefined;
  const open = [actor.agent.id, payer.id].some((id) => session.agent_id === id || session.participants?.includes(id));
  return open ? undefined : { code: 'session_not_open_to_agent', scope: { kind: 'session', id: session.id } };
}

/** The nearest session that names a wallet, else the agent's own where it funds itself, else the treasury (D14). */
function walletOf(state: BookState, command: AuthorizePayment, payer: Agent, leaf: Session | undefined): string {
  for (let session = leaf; session; session = parentOf(state, session)) if (session.wallet_id) return session.wallet_id;
  return payer.funding === 'own' ? agentWallet(payer.id, command.asset) : treasuryWallet(command.org, command.asset);
}

function payeeOf(context: Context, payer: Agent): Payee {
  const { state, command } = context;
  if ('service' in command.payee) return { service: command.payee.service };
  const { org } = command.payee;
  if (org !== undefined && org !== command.org) return { payee_org: org, handle: command.payee.agent };
  const payee = findAgent(state, command.payee.agent);
  if (!payee || payee.status === 'revoked') return refuse('payee_not_found', 'agent', command.payee.agent);
  if (payee.id === payer.id) return refuse('payee_is_payer', 'agent', payee.id);
  return { agent_id: payee.id, handle: payee.handle };
}

function detailsOf(
  context: Context,
  payer: Agent,
  payee: Payee,
  session: Session | undefined,
  walletId: string,
): PaymentDetails {
  const { command, now } = context;
  return {
    payment_id: `pay_${command.fresh_id}`,
    amount: command.amount.toString(),
    asset: command.asset,
    payer: { agent_id: payer.id, handle: payer.handle, wallet_id: walletId },
    payee,
    protocol: command.protocol,
    ...(session ? { session_id: session.id } : {}),
    labels: { ...session?.labels, ...payer.labels, ...command.labels },
    ...(command.category === undefined ? {} : { category: command.category }),
    ...(payer.origin === 'first_use' ? { first_use: true as const } : {}),
    authorized_at: now,
  };
}
