import { paymentOfApproval } from '../approvals.js';
import type { Command } from '../commands.js';
import type { MissingFacts } from '../facts.js';
import type { BookState } from '../state.js';
import { findAgent } from './authority.js';

/**
 * What a command will want to know beyond the book in memory, guessed before anything of the cycle is decided, so that one
 * query can bring the facts of all of them. A wrong guess costs time only: `decide` asks for what is still missing.
 */
export function requiredFacts(state: BookState, command: Command): MissingFacts {
  const scope = command.key === undefined ? undefined : keyScope(state, command);
  const payment = paymentOf(state, command);
  return {
    ...(scope === undefined ? {} : { keys: [{ scope, key: command.key! }] }),
    ...(payment === undefined ? {} : { payments: [payment] }),
  };
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
