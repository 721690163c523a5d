import type { BookEvent } from '../events/index.js';
import { advanceBook, bookInfo, type BookState } from '../state/index.js';
import {
  changeAgent,
  changeAgentStatus,
  changeOrganization,
  createOrganization,
  raiseCap,
  registerAgent,
} from './accounts-and-agents.js';
import { registerAddress, removeAddress } from './addresses.js';
import { createGrant, revokeGrant } from './grants.js';
import { evolveClearing } from './clearing.js';
import { evolveRequest } from './payment-requests.js';
import { evolvePayment } from './payments.js';
import { applyPostings } from './postings.js';
import { changeSession, closeSession, openSession } from './session-events.js';

/**
 * Folds one event into the book. The same code runs in the owner, in replay, in tests and in the simulator; it reads
 * nothing but the state and the event (D3). Throws where an event does not fit the state: the log would be wrong.
 */
export function evolve(state: BookState, event: BookEvent): void {
  const info = bookInfo(state);
  if (event.sequence !== info.sequence + 1)
    throw new Error(`event ${event.sequence} of ${event.org} does not follow ${info.sequence}`);
  advanceBook(state, event.sequence, event.time);
  apply(state, event);
}

function apply(state: BookState, event: BookEvent): void {
  switch (event.type) {
    case 'organization.created':
      return createOrganization(state, event);
    case 'organization.changed':
      return changeOrganization(state, event);
    case 'key.issued':
      return state.keys.set(event.key_id, {
        id: event.key_id,
        role: event.role,
        name: event.name,
        token_hash: event.token_hash,
        revoked: false,
      });
    case 'key.revoked': {
      const key = state.keys.get(event.key_id);
      if (key) state.keys.set(key.id, { ...key, revoked: true });
      return;
    }
    case 'agent.registered':
      return registerAgent(state, event);
    case 'agent.changed':
      return changeAgent(state, event);
    case 'agent.cap_raised':
      return raiseCap(state, event);
    case 'agent.frozen':
    case 'agent.unfrozen':
    case 'agent.revoked':
    case 'agent.token_rotated':
      return changeAgentStatus(state, event);
    case 'agent.address_registered':
      return registerAddress(state, event);
    case 'agent.address_removed':
      return removeAddress(state, event);
    case 'session.opened':
      return openSession(state, event);
    case 'session.changed':
      return changeSession(state, event);
    case 'session.closed':
      return closeSession(state, event);
    case 'approval.grant_created':
      return createGrant(state, event);
    case 'approval.grant_revoked':
      return revokeGrant(state, event);
    case 'wallet.opened':
      return state.wallets.set(event.wallet_id, {
        id: event.wallet_id,
        asset: event.asset,
        available: 0n,
        held: 0n,
      });
    case 'wallet.transfer_refused':
      return;
    case 'wallet.topped_up':
    case 'wallet.transferred':
      return applyPostings(state, event.postings);
    case 'clearing.settled':
    case 'clearing.credited':
    case 'clearing.refused':
    case 'clearing.refunded':
    case 'clearing.refund_refused':
    case 'clearing.returned':
      return evolveClearing(state, event);
    case 'request.opened':
    case 'request.paid':
    case 'request.cancelled':
    case 'request.declined':
    case 'request.payment_sent':
    case 'request.payment_reversed':
      return evolveRequest(state, event);
    default:
      return evolvePayment(state, event);
  }
}
