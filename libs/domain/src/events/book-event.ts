import type { PaymentEvent } from './payment-events.js';
import type { KeyIssued, KeyRevoked, OrganizationChanged, OrganizationCreated } from './organization-events.js';
import type {
  AgentAddressRegistered,
  AgentAddressRemoved,
  AgentCapRaised,
  AgentChanged,
  AgentFrozen,
  AgentRegistered,
  AgentRevoked,
  AgentTokenRotated,
  AgentUnfrozen,
} from './agent-events.js';
import type { SessionChanged, SessionClosed, SessionOpened } from './session-events.js';
import type { WalletOpened, WalletToppedUp, WalletTransferRefused, WalletTransferred } from './wallet-events.js';
import type { ApprovalGrantCreated, ApprovalGrantRevoked } from './grant-events.js';
import type {
  ClearingCredited,
  ClearingRefundRefused,
  ClearingRefunded,
  ClearingRefused,
  ClearingReturned,
  ClearingSettled,
} from './clearing-events.js';
import type { RequestEvent } from './payment-request-events.js';

/**
 * Events are plain JSON values: what stands in memory is what is stored, byte for byte, as RFC 8785 text (D8).
 * Amounts are smallest units as text, times are milliseconds since the epoch. Fields are only ever added.
 */
export type BookEvent =
  | PaymentEvent
  | RequestEvent
  | ClearingRefunded
  | ClearingRefundRefused
  | ClearingReturned
  | ClearingSettled
  | ClearingCredited
  | ClearingRefused
  | OrganizationCreated
  | OrganizationChanged
  | KeyIssued
  | KeyRevoked
  | AgentRegistered
  | AgentChanged
  | AgentFrozen
  | AgentUnfrozen
  | AgentRevoked
  | AgentTokenRotated
  | AgentAddressRegistered
  | AgentAddressRemoved
  | AgentCapRaised
  | SessionOpened
  | SessionChanged
  | SessionClosed
  | WalletToppedUp
  | ApprovalGrantCreated
  | ApprovalGrantRevoked
  | WalletOpened
  | WalletTransferred
  | WalletTransferRefused;

export type EventType = BookEvent['type'];

/** Begins the keys that the owner itself makes; no caller's key may hold it. */
export const OWN_KEY = '§';

/** The key that an event binds, in its scope: the paying agent's for what decides a payment, else the org's (D6). */
export function boundKeyOf(event: BookEvent): { scope: string; key: string } | undefined {
  if (event.key === undefined) return undefined;
  if (event.key.startsWith(OWN_KEY)) return { scope: event.org, key: event.key };
  switch (event.type) {
    case 'payment.authorized':
    case 'payment.transferred':
    case 'payment.pending_approval':
    case 'payment.declined':
      return { scope: event.payer.agent_id, key: event.key };
    default:
      return { scope: event.org, key: event.key };
  }
}

/** The address under which an event is found by whoever does not know whose book it is in, and when. */
export function indexedAddressOf(event: BookEvent): { address: string; time: number } | undefined {
  if (event.type !== 'agent.address_registered' && event.type !== 'agent.address_removed') return undefined;
  return { address: event.address, time: event.time };
}

export function isPaymentEvent(event: BookEvent): event is PaymentEvent {
  return event.type.startsWith('payment.');
}

export function isRequestEvent(event: BookEvent): event is RequestEvent {
  return event.type.startsWith('request.');
}

/** The id under which the log's index finds an event again: that of its payment, or of its payment request. */
export function indexedIdOf(event: BookEvent): string | undefined {
  if (isRequestEvent(event)) return event.request_id;
  return 'payment_id' in event ? event.payment_id : undefined;
}
