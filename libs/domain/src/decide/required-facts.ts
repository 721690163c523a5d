import { paymentOfApproval } from '../approvals.js';
import type { Command } from '../commands/index.js';
import type { MissingFacts } from '../facts.js';
import { isPaymentRequestId } from '../payment-requests.js';
import type { BookState } from '../state/index.js';
import { findAgent } from './authority.js';
import { isUnredeemed } from './redeem.js';
import { isUnsaid } from './service-steps.js';

/**
 * What a command will want to know beyond the book in memory, guessed before anything of the cycle is decided, so that one
 * query can bring the facts of all of them. A wrong guess costs time only: `decide` asks for what is still missing.
 */
export function requiredFacts(state: BookState, command: Command): MissingFacts {
  const scope = command.key === undefined || isNewStep(state, command) ? undefined : keyScope(state, command);
  const payment = paymentOf(state, command);
  const request = requestOf(state, command);
  return {
    ...(scope === undefined ? {} : { keys: [{ scope, key: command.key! }] }),
    ...(payment === undefined ? {} : { payments: [payment] }),
    ...(request === undefined ? {} : { requests: [request] }),
  };
}

/** The hold tells that its key is bound to nothing. */
function isNewStep(state: BookState, command: Command): boolean {
  return command.type === 'payment.redeem' ? isUnredeemed(state, command) : isUnsaid(state, command);
}

/** The paying agent where one pays, else the org (D6). Undefined where nothing can be bound yet. */
function keyScope(state: BookState, command: Command): string | undefined {
  if (command.type !== 'payment.authorize') return command.org;
  const subject = command.credential.subject;
  const named = command.agent ?? (subject.startsWith('agt_') ? subject : sessionAgent(state, command.session_id));
  return findAgent(state, named)?.id;
}

function sessionAgent(state: BookState, sessionId: string | undefined): string {
  const session = sessionId === undefined ? undefined : state.sessions.get(sessionId);
  return session?.agent_id ?? 'default';
}

function paymentOf(state: BookState, command: Command): string | undefined {
  switch (command.type) {
    case 'payment.capture':
    case 'payment.redeem':
    case 'payment.void':
    case 'payment.refund':
    case 'payment.dispatch':
    case 'payment.extend':
    case 'payment.resolve':
    case 'clearing.return':
      return state.payments.get(command.payment_id) ? undefined : command.payment_id;
    case 'approval.approve':
    case 'approval.deny': {
      const paymentId = paymentOfApproval(command.approval_id);
      return state.payments.get(paymentId) ? undefined : paymentId;
    }
    default:
      return undefined;
  }
}

/** A payment request that does not stand in the book open. */
function requestOf(state: BookState, command: Command): string | undefined {
  switch (command.type) {
    case 'payment.authorize':
    case 'clearing.credit':
      if (!isPaymentRequestId(command.request_id)) return undefined;
      break;
    case 'request.cancel':
    case 'request.decline':
      break;
    default:
      return undefined;
  }
  return state.requests.get(command.request_id!) ? undefined : command.request_id;
}
