import type { CancelPaymentRequest, DeclinePaymentRequest, OpenPaymentRequest } from '../commands/index.js';
import type { RequestPayer } from '../parties.js';
import { isOver, OPEN_REQUESTS_MAXIMUM } from '../payment-requests.js';
import { principalOf } from '../principal.js';
import type { Agent, BookState } from '../state/index.js';
import { findAgent, isSelfOrDescendant, requireAgent, requireAgentOrOrchestrator, type Actor } from './authority.js';
import {
  boundBefore,
  primaryHeader,
  record,
  refuse,
  RefusedSignal,
  type DecideContext,
  type Decision,
} from './context.js';
import { endOf, knownRequest, partiesOf, type KnownRequest } from './known-request.js';

/** Asks an agent for money, in the name of the one that is to have it. Nothing moves and nothing is held. */
export function decideOpenRequest(context: DecideContext<OpenPaymentRequest>, actor: Actor): Decision {
  const { state, command, now } = context;
  const payee = payeeOf(context, actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (command.amount <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const payer = payerOf(context, payee);
  requireRoom(state, payee, now);
  const { asset, labels, category, expires_in_ms, memo_hash } = command;
  return record([
    {
      type: 'request.opened',
      ...primaryHeader(context),
      request_id: `req_${command.fresh_id}`,
      payee: { agent_id: payee.id, handle: payee.handle },
      payer,
      amount: command.amount.toString(),
      asset,
      labels,
      ...(category === undefined ? {} : { category }),
      ...(expires_in_ms === undefined ? {} : { expires_at: now + expires_in_ms }),
      ...(memo_hash === undefined ? {} : { memo_hash }),
    },
  ]);
}

/** The payee asks no longer. A payment from another org that has not arrived yet comes back to who paid. */
export function decideCancelRequest(context: DecideContext<CancelPaymentRequest>, actor: Actor): Decision {
  const { state, command, now } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const request = seenRequest(context, actor);
  requireAgentOrOrchestrator(state, actor, request.payee.agent_id);
  requireOpen(request, now);
  return record([{ type: 'request.cancelled', ...primaryHeader(context), ...partiesOf(request) }]);
}

/** The payer will not pay. For a payer of another org, its own book has verified who says so. */
export function decideDeclineRequest(context: DecideContext<DeclinePaymentRequest>, actor: Actor): Decision {
  const { state, command, now } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const request = seenRequest(context, actor);
  if ('agent_id' in request.payer) requireAgentOrOrchestrator(state, actor, request.payer.agent_id);
  // A key of this org speaks for no agent of another one.
  else if (actor.kind !== 'owner') refuse('agent_not_own', 'agent', request.payer.handle);
  requireOpen(request, now);
  return record([{ type: 'request.declined', ...primaryHeader(context), ...partiesOf(request) }]);
}

/** What concerns neither side does not exist for it (F7). */
function seenRequest(context: DecideContext<CancelPaymentRequest | DeclinePaymentRequest>, actor: Actor): KnownRequest {
  const { state, command } = context;
  const request = knownRequest(context, command.request_id);
  const payer_org = command.type === 'request.decline' ? command.payer_org : undefined;
  if (!request || !concerns(state, actor, request, payer_org))
    return refuse('payment_request_not_found', 'payment_request', command.request_id);
  return request;
}

/** Whether a caller is on one side of a request: payee's or payer's; `payer_org` where it asks for an agent of that org. */
export function concerns(
  state: BookState,
  actor: Actor,
  { payee, payer }: Pick<KnownRequest, 'payee' | 'payer'>,
  payer_org?: string,
): boolean {
  switch (actor.kind) {
    case 'key':
      return true;
    case 'owner':
      return payer_org !== undefined && 'payer_org' in payer && payer.payer_org === payer_org;
    case 'foreign_payee':
    case 'service_caller':
      return false;
    case 'session':
      return 'agent_id' in payer && actor.session.agent_id === payer.agent_id;
    case 'agent':
      return [payee, payer].some(
        (side) => 'agent_id' in side && isSelfOrDescendant(state, side.agent_id, actor.agent.id),
      );
  }
}

function requireOpen(request: KnownRequest, now: number): void {
  const end = endOf(request, now);
  if (end) throw new RefusedSignal(end);
}

/** What is paid to a scoped agent its agent earns, so that one is the payee. */
function payeeOf({ state, command }: DecideContext<OpenPaymentRequest>, actor: Actor): Agent {
  const named = command.payee ?? (actor.kind === 'agent' ? actor.agent.id : 'default');
  const payee = requireAgent(state, named);
  requireAgentOrOrchestrator(state, actor, payee.id);
  const principal = principalOf(state, payee);
  if (payee.status === 'revoked' || principal.status === 'revoked') refuse('payee_not_found', 'agent', named);
  return principal;
}

function payerOf({ state, command }: DecideContext<OpenPaymentRequest>, payee: Agent): RequestPayer {
  const { agent, org } = command.payer;
  if (org !== undefined && org !== command.org) return { payer_org: org, handle: agent };
  const payer = findAgent(state, agent);
  if (!payer || payer.status === 'revoked') return refuse('agent_not_found', 'agent', agent);
  if (principalOf(state, payer).id === payee.id) refuse('payee_is_payer', 'agent', payee.id);
  return { agent_id: payer.id, handle: payer.handle };
}

/** Those that are over by time make room. They are counted only where there may be none left. */
function requireRoom(state: BookState, payee: Agent, now: number): void {
  if ((payee.requests ?? 0) < OPEN_REQUESTS_MAXIMUM) return;
  let open = 0;
  for (const request of state.requests.values())
    if (request.payee.agent_id === payee.id && !isOver(request, now)) open += 1;
  if (open >= OPEN_REQUESTS_MAXIMUM)
    refuse('payment_requests_too_many', 'agent', payee.id, {
      limit: OPEN_REQUESTS_MAXIMUM.toString(),
      requested: '1',
    });
}
