import { agentWallet, treasuryWallet } from '../accounts.js';
import type { AuthorizePayment } from '../commands/index.js';
import type { BoundKey } from '../facts.js';
import type { Payee } from '../parties.js';
import type { AgentRegistered, PaymentDetails } from '../events/index.js';
import { agentChain } from '../evolve/charges.js';
import { parentOf } from '../evolve/sessions.js';
import { principalOf } from '../principal.js';
import {
  organizationOf,
  type Agent,
  type BookState,
  type Organization,
  type Session,
  type Wallet,
} from '../state/index.js';
import { findAgent, requireSession, type Actor } from './authority.js';
import { boundBefore, refuse, type DecideContext } from './context.js';
import { requirePayable } from './pay-request.js';
import type { Asked } from './rules.js';
import { payerOf } from './payer.js';
import { requireAssetCovered } from './covered-assets.js';

type Context = DecideContext<AuthorizePayment>;

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
