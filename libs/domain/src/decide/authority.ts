import type { Command, Credential, Query, TransferSigned } from '../commands/index.js';
import type { Role } from '../events/index.js';
import { bookInfo, type Agent, type BookState, type Session } from '../state/index.js';
import { agentChain } from '../evolve/charges.js';
import { parentOf } from '../evolve/sessions.js';
import { principalOf } from '../principal.js';
import { refuse } from './context.js';

export type Actor =
  | { kind: 'owner' }
  | { kind: 'key'; id: string; role: Role; within?: Session }
  | { kind: 'agent'; agent: Agent; within?: Session }
  | { kind: 'session'; session: Session; within: Session }
  /** A credential of the payee's org, good there: it may redeem, and nothing else. */
  | { kind: 'foreign_payee'; id: string; payee_org: string; payee?: { agent_id: string; handle: string } }
  /** Settlement, which has called a paid service: it says what came of payments to that service, and nothing else. */
  | { kind: 'service_caller'; id: string; service: string };

/** What the payee of another org may ask, vouched for by settlement. */
const FOR_PAYEES: ReadonlySet<string> = new Set(['payment.redeem', 'query.redemption', 'query.payment']);

/** What settlement says of the paid services that it calls. */
const FOR_SERVICE_CALLERS: ReadonlySet<string> = new Set([
  'payment.dispatch',
  'payment.capture',
  'payment.void',
  'query.payment',
]);

/** Verifies hash and status in the same step as the command, so that a revocation binds at once (D16). */
export function authenticate(state: BookState, command: Command | Query, now: number): Actor {
  const { credential } = command;
  if ('proven_by' in credential) {
    if (credential.proven_by === 'owner') return { kind: 'owner' };
    if (credential.proven_by === 'settlement') {
      if ('address' in credential) return signer(state, command.type, credential);
      if ('service' in credential) return serviceCaller(command.type, credential);
      if (!FOR_PAYEES.has(command.type)) return invalid(credential.subject);
      return foreignPayee(credential);
    }
    return actorOf(state, credential.subject, undefined, now);
  }
  return shown(state, credential, now);
}

/** Who has shown a secret, narrowed by a session's where one stands beside it. */
function shown(state: BookState, credential: Extract<Credential, { proof: string }>, now: number): Actor {
  const actor = actorOf(state, credential.subject, credential.proof, now);
  if (!credential.session || (actor.kind !== 'key' && actor.kind !== 'agent')) return actor;
  const narrowed = actorOf(state, credential.session.subject, credential.session.proof, now);
  if (narrowed.kind !== 'session') return invalid(credential.session.subject);
  return { ...actor, within: narrowed.session };
}

type Vouched = Extract<Credential, { proven_by: 'settlement' }>;

function foreignPayee({ subject, payee_org, payee }: Extract<Vouched, { payee_org: string }>): Actor {
  return { kind: 'foreign_payee', id: subject, payee_org, ...(payee === undefined ? {} : { payee }) };
}

function serviceCaller(
  type: (Command | Query)['type'],
  { subject, service }: Extract<Vouched, { service: string }>,
): Actor {
  return FOR_SERVICE_CALLERS.has(type) ? { kind: 'service_caller', id: subject, service } : invalid(subject);
}

/** What was signed with an address's key is good for a signed transfer, and as long as the address is the agent's. */
function signer(
  state: BookState,
  type: (Command | Query)['type'],
  { subject, address }: Extract<Vouched, { address: string }>,
): Actor {
  if (type !== 'payment.transfer_signed' && type !== 'query.signed_transfer') return invalid(subject);
  const agent = state.agents.get(subject);
  if (!agent?.addresses?.includes(address)) return refuse('address_not_registered', 'agent', subject);
  const revoked = agentChain(state, agent.id).find((one) => one.status === 'revoked');
  if (revoked) return refuse('agent_revoked', 'agent', revoked.id);
  return { kind: 'agent', agent };
}

/** Who asks for a signed transfer: a credential of this book by its own proof or the bus's, or one of another book that settlement vouches for. */
export function redeemerOf(state: BookState, { redeemer }: Pick<TransferSigned, 'redeemer'>, now: number): Actor {
  if ('payee_org' in redeemer) return foreignPayee(redeemer);
  if (!('proven_by' in redeemer)) return shown(state, redeemer, now);
  return redeemer.proven_by === 'bus' ? actorOf(state, redeemer.subject, undefined, now) : invalid(redeemer.subject);
}

function actorOf(state: BookState, subject: string, proof: string | undefined, now: number): Actor {
  if (subject.startsWith('key_')) {
    const key = state.keys.get(subject);
    if (!key || key.revoked || (proof !== undefined && proof !== key.token_hash)) return invalid(subject);
    return { kind: 'key', id: key.id, role: key.role };
  }
  if (subject.startsWith('ses_')) {
    const session = state.sessions.get(subject);
    if (!session || proof === undefined || proof !== session.token_hash) return invalid(subject);
    return { kind: 'session', session, within: session };
  }
  const agent = state.agents.get(subject);
  if (!agent || agentChain(state, agent.id).some((one) => one.status === 'revoked')) return invalid(subject);
  const known = agent.tokens.some((token) => token.hash === proof && (token.until ?? Infinity) > now);
  if (proof !== undefined && !known) return invalid(subject);
  return { kind: 'agent', agent };
}

function invalid(subject: string): never {
  const kind = subject.startsWith('agt_') ? 'agent' : subject.startsWith('ses_') ? 'session' : 'key';
  return refuse('credential_invalid', kind, subject);
}

/** What each role may do with an org key; agent and session tokens are asked about by the use cases themselves. */
const ORCHESTRATES: readonly Role[] = ['admin', 'operator', 'orchestrator'];
const OPERATES: readonly Role[] = ['admin', 'operator'];
const ADMINISTERS: readonly Role[] = ['admin'];

export function requireOrchestrator(actor: Actor): void {
  requireRole(actor, ORCHESTRATES);
}
export function requireOperator(actor: Actor): void {
  requireRole(actor, OPERATES);
}
export function requireAdministrator(actor: Actor): void {
  requireRole(actor, ADMINISTERS);
}

function requireRole(actor: Actor, roles: readonly Role[]): void {
  if (actor.kind === 'owner') return;
  if (actor.kind === 'foreign_payee' || actor.kind === 'service_caller') refuse('role_not_allowed', 'key', actor.id);
  if (actor.kind !== 'key' || !roles.includes(actor.role)) refuse('role_not_allowed', actor.kind, actorId(actor));
}

/** An agent's token speaks for the agent and its descendants; an org key for every agent; a session token for none by name. */
export function requireAgentOrOrchestrator(state: BookState, actor: Actor, agentId: string): void {
  if (actor.kind === 'agent') {
    if (!isSelfOrDescendant(state, agentId, actor.agent.id)) refuse('agent_not_own', 'agent', agentId);
    return;
  }
  requireOrchestrator(actor);
}

export function isSelfOrDescendant(state: BookState, agentId: string, ancestorId: string): boolean {
  return agentChain(state, agentId).some((agent) => agent.id === ancestorId);
}

export function isWithinSession(state: BookState, sessionId: string | undefined, ancestorId: string): boolean {
  let session = sessionId === undefined ? undefined : state.sessions.get(sessionId);
  while (session && session.id !== ancestorId) session = parentOf(state, session);
  return session !== undefined;
}

/** Whom a session's token may name: the session's agent, or one that spends in its name and can do less than it. */
export function isPayerOfSession(state: BookState, named: Agent | undefined, payer: Agent): named is Agent {
  if (!named || principalOf(state, named) !== principalOf(state, payer)) return false;
  return isSelfOrDescendant(state, named.id, payer.id);
}

export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'owner':
      return 'owner';
    case 'key':
      return actor.id;
    case 'agent':
      return actor.agent.id;
    case 'session':
      return actor.session.id;
    case 'foreign_payee':
    case 'service_caller':
      return actor.id;
  }
}

/** An id or a handle; an id of the book wins over a handle that looks like one. */
export function findAgent(state: BookState, idOrHandle: string): Agent | undefined {
  const byId = state.agents.get(idOrHandle);
  if (byId) return byId;
  const named = state.handles.get(idOrHandle);
  return named && state.agents.get(named.agent_id);
}

export function requireAgent(state: BookState, idOrHandle: string): Agent {
  return findAgent(state, idOrHandle) ?? refuse('agent_not_found', 'agent', idOrHandle);
}

export function requireSession(state: BookState, sessionId: string): Session {
  return state.sessions.get(sessionId) ?? refuse('session_not_found', 'session', sessionId);
}

export function requireBook(state: BookState, org: string): void {
  if (bookInfo(state).sequence === 0) refuse('organization_not_found', 'organization', org);
}
