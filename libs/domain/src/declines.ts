/** What a refusal says (promise 7): which rule, on what, its figures, and what to do about it. */

/** Refusals by rule. These are recorded as `payment.declined`, bind the idempotency key and cost nothing. */
export type DeclineCode =
  | 'per_payment_limit_exceeded'
  | 'window_limit_exceeded'
  | 'lifetime_cap_exceeded'
  | 'count_limit_exceeded'
  | 'held_limit_exceeded'
  | 'session_budget_exceeded'
  | 'insufficient_funds'
  | 'first_use_limit_exceeded'
  | 'approvals_pending_exceeded'
  | 'approval_required'
  | 'protocol_not_allowed'
  | 'service_not_allowed'
  | 'payee_not_allowed'
  | 'category_not_allowed'
  | 'outside_hours'
  | 'breaker_tripped'
  | 'agent_frozen'
  | 'agent_revoked'
  | 'session_closed'
  | 'session_expired'
  | 'session_not_open_to_agent';

/** Refusals of later steps of a payment, and of what the state of things forbids. `hold_expired` of a capture and
 * `refund_exceeds_payee_funds` are recorded, since money is concerned. */
export type StateRefusalCode =
  | 'hold_expired'
  | 'capture_exceeds_hold'
  | 'refund_exceeds_captured'
  | 'refund_exceeds_payee_funds'
  | 'payment_not_capturable'
  | 'payment_not_voidable'
  | 'payment_not_refundable'
  | 'refund_is_payees'
  | 'foreign_payments_not_accepted'
  | 'payment_dispatched'
  | 'payment_not_redeemable'
  | 'duplicate_settlement'
  | 'challenge_expired'
  | 'payment_pending_approval'
  | 'approval_not_pending'
  | 'approval_expired'
  | 'grants_too_many'
  | 'first_use_agents_exceeded'
  | 'payment_not_resolvable'
  | 'payment_not_extendable'
  | 'hold_not_extended'
  | 'hold_life_exceeded'
  | 'wallet_exists'
  | 'agent_handle_taken'
  | 'agent_not_active'
  | 'agent_not_frozen'
  | 'agent_not_capped'
  | 'agent_is_scoped'
  | 'address_taken'
  | 'addresses_too_many'
  | 'session_not_open'
  | 'parent_session_not_open'
  | 'reserved_budget_below_used'
  | 'reserved_budget_not_available'
  | 'idempotency_key_conflict'
  | 'payment_request_paid'
  | 'payment_request_pending'
  | 'payment_request_cancelled'
  | 'payment_request_declined'
  | 'payment_request_expired'
  | 'payment_requests_too_many'
  | 'organization_exists'
  | 'key_exists'
  | 'key_is_last_admin';

/** Refusals that are about the caller or the request, never recorded, never binding a key. */
export type RequestRefusalCode =
  | 'budget_exceeded'
  | 'credential_invalid'
  | 'role_not_allowed'
  | 'agent_not_own'
  | 'agent_not_found'
  | 'address_not_registered'
  | 'session_not_found'
  | 'payment_not_found'
  | 'payment_request_not_found'
  | 'payment_request_mismatch'
  | 'approval_not_found'
  | 'grant_not_found'
  | 'wallet_not_found'
  | 'payee_not_found'
  | 'key_not_found'
  | 'revocation_not_found'
  | 'organization_not_found'
  | 'asset_mismatch'
  | 'amount_not_positive'
  | 'payee_is_payer'
  | 'wallets_are_the_same'
  | 'limits_conflict'
  | 'deadline_passed'
  | 'command_not_storable';

export type RefusalCode = DeclineCode | StateRefusalCode | RequestRefusalCode;

export type ScopeKind =
  | 'agent'
  | 'parent_agent'
  | 'session'
  | 'wallet'
  | 'organization'
  | 'payment'
  | 'payment_request'
  | 'approval'
  | 'grant'
  | 'key'
  | 'request';

/** Figures are units of the asset as text; absent where the rule has none. */
export interface Decline {
  code: RefusalCode;
  scope: { kind: ScopeKind; id: string };
  /** The rule's own name where several of a kind may stand, e.g. `amount:day:UTC`. */
  rule?: string;
  asset?: string;
  limit?: string;
  spent?: string;
  held?: string;
  requested?: string;
  remaining?: string;
  /** Milliseconds since the epoch at which the rule's window starts anew. */
  resets_at?: number;
}
