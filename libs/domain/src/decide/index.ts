import type { Command, Query } from '../commands/index.js';
import type { Facts } from '../facts.js';
import { bookInfo, type BookState } from '../state/index.js';
import {
  decideChangeAgent,
  decideFreezeAgent,
  decideRegisterAgent,
  decideRevokeAgent,
  decideRotateToken,
  decideUnfreezeAgent,
} from './agents.js';
import { decideRegisterAddress, decideRemoveAddress } from './addresses.js';
import { decideApprove, decideDeny } from './approvals.js';
import { actorId, authenticate, requireBook, type Actor } from './authority.js';
import { decideAuthorize } from './authorize.js';
import { decideCreateGrant, decideRevokeGrant } from './grants.js';
import { NeedsFactsSignal, RefusedSignal, type DecideContext, type DecideSettings, type Decision } from './context.js';
import { decideCredit, decideSettle } from './clearing.js';
import { decideReturn, decideSettleReturn } from './clearing-returns.js';
import {
  decideChangeOrganization,
  decideCreateOrganization,
  decideIssueAdminKey,
  decideIssueKey,
  decideRevokeKey,
} from './organization.js';
import { decideExtend } from './extend.js';
import { decideCancelRequest, decideDeclineRequest, decideOpenRequest } from './payment-requests.js';
import { decideCapture, decideDispatch, decideLapse, decideVoid } from './payment-steps.js';
import { decideRedeem } from './redeem.js';
import { decideRefund } from './refund.js';
import { decideResolve } from './resolve.js';
import { decideScopeAgent } from './scope-agent.js';
import { decideCloseSession, decideLapseSession } from './close-session.js';
import { decideChangeSession, decideOpenSession } from './sessions.js';
import { decideTopUp } from './topup.js';
import { decideTransferSigned } from './transfer-signed.js';
import { decideOpenWallet, decideTransfer } from './wallets.js';

/**
 * The one place where money is decided about. Pure: no clock, no random, no I/O; the same state, facts, command and time
 * give the same decision, in production, replay, tests and the simulator (D3).
 */
export function decide(
  state: BookState,
  facts: Facts,
  command: Command,
  clock: number,
  settings: DecideSettings,
): Decision {
  const now = Math.max(clock, bookInfo(state).time);
  if (command.deadline !== undefined && clock > command.deadline)
    return { kind: 'refuse', refusal: { code: 'deadline_passed', scope: { kind: 'request', id: 'deadline' } } };
  return answering(() => {
    if (command.type !== 'organization.create') requireBook(state, command.org);
    const actor = authenticate(state, command, now);
    return dispatch({ state, facts, command, now, settings, by: actorId(actor) }, actor);
  });
}

/** Verifies who asks a question, as `decide` does for commands; throws a refusal signal. */
export function authenticateQuery(state: BookState, query: Query, clock: number): Actor {
  requireBook(state, query.org);
  return authenticate(state, query, Math.max(clock, bookInfo(state).time));
}

function answering(decision: () => Decision): Decision {
  try {
    return decision();
  } catch (signal) {
    if (signal instanceof RefusedSignal) return { kind: 'refuse', refusal: signal.refusal };
    if (signal instanceof NeedsFactsSignal) return { kind: 'needs', missing: signal.missing };
    throw signal;
  }
}

type Typed<Type extends Command['type']> = DecideContext<Extract<Command, { type: Type }>>;

function dispatch(context: DecideContext, actor: Actor): Decision {
  switch (context.command.type) {
    case 'payment.authorize':
      return decideAuthorize(context as Typed<'payment.authorize'>, actor);
    case 'payment.transfer_signed':
      return decideTransferSigned(context as Typed<'payment.transfer_signed'>, actor);
    case 'payment.capture':
      return decideCapture(context as Typed<'payment.capture'>, actor);
    case 'payment.redeem':
      return decideRedeem(context as Typed<'payment.redeem'>, actor);
    case 'payment.void':
      return decideVoid(context as Typed<'payment.void'>, actor);
    case 'payment.refund':
      return decideRefund(context as Typed<'payment.refund'>, actor);
    case 'payment.dispatch':
      return decideDispatch(context as Typed<'payment.dispatch'>, actor);
    case 'payment.extend':
      return decideExtend(context as Typed<'payment.extend'>, actor);
    case 'payment.resolve':
      return decideResolve(context as Typed<'payment.resolve'>, actor);
    case 'payment.lapse':
      return decideLapse(context as Typed<'payment.lapse'>);
    case 'request.open':
      return decideOpenRequest(context as Typed<'request.open'>, actor);
    case 'request.cancel':
      return decideCancelRequest(context as Typed<'request.cancel'>, actor);
    case 'request.decline':
      return decideDeclineRequest(context as Typed<'request.decline'>, actor);
    case 'approval.approve':
      return decideApprove(context as Typed<'approval.approve'>, actor);
    case 'approval.deny':
      return decideDeny(context as Typed<'approval.deny'>, actor);
    case 'grant.create':
      return decideCreateGrant(context as Typed<'grant.create'>, actor);
    case 'grant.revoke':
      return decideRevokeGrant(context as Typed<'grant.revoke'>, actor);
    case 'clearing.credit':
      return decideCredit(context as Typed<'clearing.credit'>, actor);
    case 'clearing.settle':
      return decideSettle(context as Typed<'clearing.settle'>, actor);
    case 'clearing.return':
      return decideReturn(context as Typed<'clearing.return'>, actor);
    case 'clearing.settle_return':
      return decideSettleReturn(context as Typed<'clearing.settle_return'>, actor);
    case 'session.open':
      return decideOpenSession(context as Typed<'session.open'>, actor);
    case 'session.change':
      return decideChangeSession(context as Typed<'session.change'>, actor);
    case 'session.close':
      return decideCloseSession(context as Typed<'session.close'>, actor);
    case 'session.lapse':
      return decideLapseSession(context as Typed<'session.lapse'>);
    case 'agent.register':
      return decideRegisterAgent(context as Typed<'agent.register'>, actor);
    case 'agent.change':
      return decideChangeAgent(context as Typed<'agent.change'>, actor);
    case 'agent.scope':
      return decideScopeAgent(context as Typed<'agent.scope'>, actor);
    case 'agent.freeze':
      return decideFreezeAgent(context as Typed<'agent.freeze'>, actor);
    case 'agent.unfreeze':
      return decideUnfreezeAgent(context as Typed<'agent.unfreeze'>, actor);
    case 'agent.revoke':
      return decideRevokeAgent(context as Typed<'agent.revoke'>, actor);
    case 'agent.rotate_token':
      return decideRotateToken(context as Typed<'agent.rotate_token'>, actor);
    case 'agent.register_address':
      return decideRegisterAddress(context as Typed<'agent.register_address'>, actor);
    case 'agent.remove_address':
      return decideRemoveAddress(context as Typed<'agent.remove_address'>, actor);
    case 'topup':
      return decideTopUp(context as Typed<'topup'>, actor);
    case 'wallet.open':
      return decideOpenWallet(context as Typed<'wallet.open'>, actor);
    case 'wallet.transfer':
      return decideTransfer(context as Typed<'wallet.transfer'>, actor);
    case 'organization.create':
      return decideCreateOrganization(context as Typed<'organization.create'>, actor);
    case 'organization.change':
      return decideChangeOrganization(context as Typed<'organization.change'>, actor);
    case 'organization.issue_admin_key':
      return decideIssueAdminKey(context as Typed<'organization.issue_admin_key'>, actor);
    case 'key.issue':
      return decideIssueKey(context as Typed<'key.issue'>, actor);
    case 'key.revoke':
      return decideRevokeKey(context as Typed<'key.revoke'>, actor);
  }
}
