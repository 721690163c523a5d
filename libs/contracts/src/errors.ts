import type { Decline, RefusalCode, ScopeKind } from '#domain';
import type { UnavailableCode } from './wire.js';

/** Refusals that the edge makes itself: about HTTP, never about money. */
export type EdgeCode =
  | 'request_malformed'
  | 'unparseable_body'
  | 'body_invalid'
  | 'query_invalid'
  | 'header_invalid'
  | 'body_too_large'
  | 'content_type_unsupported'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'credential_missing'
  | 'organization_unknown'
  | 'challenge_invalid'
  | 'unsupported_challenge'
  | 'payment_token_invalid'
  | 'address_signature_invalid'
  | 'address_moved'
  | 'read_model_unavailable'
  | 'explanation_not_ready'
  | 'policy_version_not_found'
  | 'receipt_not_found'
  | 'internal_error';

export type ErrorCode = RefusalCode | UnavailableCode | EdgeCode;

export type ErrorStatus = 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503;

export interface CatalogueEntry {
  /** The HTTP status of D19. */
  status: ErrorStatus;
  /** One line, the same for every case of the code. */
  title: string;
  /** What `scope.kind` it names; absent where it names the request. */
  scope?: readonly ScopeKind[];
  /** Whether the same request can pass later with nothing else changed. */
  retryable: boolean;
  /** What the caller can do about it. */
  action: string;
  /** The action where the figures say that no waiting helps: more is asked than the limit, or it never starts anew. */
  hopeless?: string;
}

/** Where limits and lists can stand. */
const EVERY_SCOPE = ['agent', 'parent_agent', 'session', 'organization'] as const;

const NEW_KEY = 'Use a new idempotency key: this one keeps this answer.';

/**
 * Every refusal that Bursar gives, once: the documentation, the OpenAPI document and the problem documents are made from
 * this table. `satisfies` makes a code without a row, and a row without a code, fail to compile.
 */
export const ERROR_CATALOGUE = {
  // Refusals of a payment by rule: recorded, bind the key, cost nothing.
  per_payment_limit_exceeded: {
    status: 402,
    title: 'The amount is above what one payment may cost',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Ask for at most the limit, or have the limit raised. ${NEW_KEY}`,
  },
  window_limit_exceeded: {
    status: 402,
    title: 'The payment would pass a cap of the current window',
    scope: EVERY_SCOPE,
    retryable: true,
    action: `Wait until resets_at, spend less, or have the cap raised. ${NEW_KEY}`,
    hopeless: `Ask for at most the limit, or have the cap raised. ${NEW_KEY}`,
  },
  lifetime_cap_exceeded: {
    status: 402,
    title: 'The payment would pass a lifetime cap',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Have the cap raised (an agent's own: a top-up that names the agent does it). ${NEW_KEY}`,
  },
  count_limit_exceeded: {
    status: 402,
    title: 'As many payments were made as may be',
    scope: EVERY_SCOPE,
    retryable: true,
    action: `Wait until resets_at, or have the limit raised. ${NEW_KEY}`,
    hopeless: `Have the limit raised. ${NEW_KEY}`,
  },
  held_limit_exceeded: {
    status: 402,
    title: 'More would be held at one time than may be',
    scope: EVERY_SCOPE,
    retryable: true,
    action: `Capture or void open holds first. ${NEW_KEY}`,
    hopeless: `Hold at most the limit, or have it raised. ${NEW_KEY}`,
  },
  budget_exceeded: {
    status: 402,
    title: 'It would cost more than max_credits',
    scope: ['request'],
    retryable: false,
    action: 'Raise max_credits, or do without: nothing was called and nothing was spent.',
  },
  session_budget_exceeded: {
    status: 402,
    title: 'The budget of the session, or of one above it, is exhausted',
    scope: ['session'],
    retryable: false,
    action: `Spend at most what remains, or have the session topped up. ${NEW_KEY}`,
  },
  insufficient_funds: {
    status: 402,
    title: 'The wallet has not enough money',
    scope: ['wallet'],
    retryable: false,
    action: `Top the wallet up. ${NEW_KEY}`,
  },
  first_use_limit_exceeded: {
    status: 402,
    title: 'Agents registered on first use may not spend more today',
    scope: ['organization'],
    retryable: true,
    action: `Register the agent with limits of its own, or wait until resets_at. ${NEW_KEY}`,
    hopeless: `Register the agent with limits of its own. ${NEW_KEY}`,
  },
  service_not_allowed: {
    status: 403,
    title: 'The service is not among those that may be paid',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Pay a service that the lists allow, or have the lists changed. ${NEW_KEY}`,
  },
  payee_not_allowed: {
    status: 403,
    title: 'The payee is not among those that may be paid',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Pay somebody whom the lists allow, or have the lists changed. ${NEW_KEY}`,
  },
  category_not_allowed: {
    status: 403,
    title: 'Payments of this category are not allowed',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Name a category that the lists allow, or have the lists changed. ${NEW_KEY}`,
  },
  outside_hours: {
    status: 403,
    title: 'Money may not be spent at this time of the week',
    scope: EVERY_SCOPE,
    retryable: true,
    action: `Try again within the hours that are set, or have them changed. ${NEW_KEY}`,
  },
  approvals_pending_exceeded: {
    status: 402,
    title: 'As many payments of the agent wait for an approval as may',
    scope: ['agent'],
    retryable: true,
    action: `Wait until some are approved or denied, or void those that are not needed. ${NEW_KEY}`,
  },
  approval_required: {
    status: 403,
    title: 'The payment needs an approval, and whoever asks for it cannot wait for one',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Pay at most the limit, have a standing grant made, or pay by a door that waits. ${NEW_KEY}`,
  },
  breaker_tripped: {
    status: 403,
    title: 'The payment is what a runaway agent would do, and the agent is frozen',
    scope: ['agent'],
    retryable: false,
    action: `Have an operator look at what the agent does, and unfreeze it. ${NEW_KEY}`,
  },
  protocol_not_allowed: {
    status: 403,
    title: 'The agent may not pay by this protocol',
    scope: EVERY_SCOPE,
    retryable: false,
    action: `Pay by a protocol on the agent's list, or have the list changed. ${NEW_KEY}`,
  },
  agent_frozen: {
    status: 403,
    title: 'The agent is frozen',
    scope: ['agent', 'parent_agent'],
    retryable: false,
    action: `An operator can unfreeze it. ${NEW_KEY}`,
  },
  agent_revoked: {
    status: 403,
    title: 'The agent is revoked',
    scope: ['agent', 'parent_agent'],
    retryable: false,
    action: 'Register the handle anew: it becomes a clean identity.',
  },
  session_closed: {
    status: 409,
    title: 'The session, or one above it, is closed',
    scope: ['session'],
    retryable: false,
    action: 'Open a new session.',
  },
  session_expired: {
    status: 409,
    title: 'The session, or one above it, has expired',
    scope: ['session'],
    retryable: false,
    action: `Have its expiry moved, or open a new session. ${NEW_KEY}`,
  },
  session_not_open_to_agent: {
    status: 403,
    title: 'The agent may not spend in this session',
    scope: ['session'],
    retryable: false,
    action: 'Name a session that was opened for the agent or lists it among its participants.',
  },

  // Refusals of later steps, and of what the state of things forbids.
  hold_expired: {
    status: 409,
    title: 'The hold had expired before the capture',
    scope: ['payment'],
    retryable: false,
    action: 'Nothing was taken. Make a new payment.',
  },
  capture_exceeds_hold: {
    status: 409,
    title: 'The capture asks for more than is held',
    scope: ['payment'],
    retryable: false,
    action: 'Capture at most what is held.',
  },
  refund_exceeds_captured: {
    status: 409,
    title: 'The refund asks for more than was captured and not yet refunded',
    scope: ['payment'],
    retryable: false,
    action: 'Refund at most what remains of the capture.',
  },
  refund_exceeds_payee_funds: {
    status: 402,
    title: 'The payee has not the money to refund',
    scope: ['wallet', 'payment'],
    retryable: false,
    action: `Top up the payee's wallet, or refund less. ${NEW_KEY}`,
  },
  payment_not_capturable: {
    status: 409,
    title: 'The payment holds nothing that could be captured',
    scope: ['payment'],
    retryable: false,
    action: 'Read the payment to see its state.',
  },
  payment_not_voidable: {
    status: 409,
    title: 'The payment holds nothing that could be released',
    scope: ['payment'],
    retryable: false,
    action: 'Read the payment to see its state; captured money is given back by a refund.',
  },
  payment_not_refundable: {
    status: 409,
    title: 'Nothing of the payment was captured',
    scope: ['payment'],
    retryable: false,
    action: 'Void the payment instead, if it still holds money.',
  },
  refund_is_payees: {
    status: 403,
    title: 'The payment was made to another org, which alone can give it back',
    scope: ['payment'],
    retryable: false,
    action: "Ask the payee's org: an org key of it, or the payee's token, refunds the payment by its id.",
  },
  foreign_payments_not_accepted: {
    status: 403,
    title: 'The org takes no payments from other orgs',
    scope: ['organization'],
    retryable: false,
    action: 'Pay an agent of another org; the payment has come back whole.',
  },
  payment_dispatched: {
    status: 409,
    title: 'The payment has gone to the outside and its outcome is not known yet',
    scope: ['payment'],
    retryable: false,
    action: 'Wait for its outcome; an operator can resolve it.',
  },
  challenge_expired: {
    status: 409,
    title: 'The time in which the challenge can be paid is over',
    scope: ['request'],
    retryable: false,
    action: 'Ask whoever sent the 402 again, and resolve the new challenge.',
  },
  payment_not_redeemable: {
    status: 409,
    title: 'The token is not for this hold, or nobody may redeem it',
    scope: ['payment'],
    retryable: false,
    action: 'Ask the payer for a token that answers your own challenge.',
  },
  duplicate_settlement: {
    status: 409,
    title: 'The payment was redeemed before',
    scope: ['payment'],
    retryable: false,
    action:
      'Serve nothing for it again. If the answer to your own redemption was lost, ask for the state of the payment.',
  },
  payment_pending_approval: {
    status: 409,
    title: 'The payment waits for an approval',
    scope: ['payment'],
    retryable: true,
    action: 'Wait for the approval, or void the payment.',
  },
  payment_request_paid: {
    status: 409,
    title: 'The payment request is paid already',
    scope: ['payment'],
    retryable: false,
    action: 'Read the payment that paid it, which is named.',
  },
  payment_request_pending: {
    status: 409,
    title: 'A payment of the payment request waits for an approval',
    scope: ['payment'],
    retryable: true,
    action: 'Wait for the approval of the payment that is named, or void it.',
  },
  payment_request_cancelled: {
    status: 409,
    title: 'The payee has cancelled the payment request',
    scope: ['payment_request'],
    retryable: false,
    action: 'Ask the payee for a new one.',
  },
  payment_request_declined: {
    status: 409,
    title: 'The payer has declined the payment request',
    scope: ['payment_request'],
    retryable: false,
    action: 'The payee may open a new one.',
  },
  payment_request_expired: {
    status: 409,
    title: 'The time of the payment request is over',
    scope: ['payment_request'],
    retryable: false,
    action: 'Ask the payee for a new one.',
  },
  payment_requests_too_many: {
    status: 409,
    title: 'The agent has as many open payment requests as it may',
    scope: ['agent'],
    retryable: true,
    action: 'Cancel some, or wait until some are paid or over.',
  },
  approval_not_pending: {
    status: 409,
    title: 'The payment waits for an approval no more',
    scope: ['approval'],
    retryable: false,
    action: 'Read the approval to see what became of it.',
  },
  approval_expired: {
    status: 409,
    title: 'The payment had waited too long, and was voided',
    scope: ['approval'],
    retryable: false,
    action: 'Nothing was taken. Make a new payment.',
  },
  grants_too_many: {
    status: 409,
    title: 'The organization has as many standing grants as it may',
    scope: ['organization'],
    retryable: false,
    action: 'Revoke grants that are not needed any more.',
  },
  first_use_agents_exceeded: {
    status: 402,
    title: 'The organization has as many agents that were registered on first use as it may',
    scope: ['organization'],
    retryable: false,
    action: 'Register the agent, or have `first_use.agents_maximum` of the organization raised.',
  },
  payment_not_resolvable: {
    status: 409,
    title: 'The payment has no open outcome that could be resolved',
    scope: ['payment'],
    retryable: false,
    action: 'Read the payment to see its state; a hold that was not dispatched is captured or voided.',
  },
  payment_not_extendable: {
    status: 409,
    title: 'The payment holds nothing that could be held longer',
    scope: ['payment'],
    retryable: false,
    action: 'Read the payment to see its state. Make a new payment.',
  },
  hold_not_extended: {
    status: 409,
    title: 'The hold lives as long already',
    scope: ['payment'],
    retryable: false,
    action: 'Ask for a time after expires_at, or leave it as it is.',
  },
  hold_life_exceeded: {
    status: 409,
    title: 'No hold lives longer than 366 days from its authorization',
    scope: ['payment'],
    retryable: false,
    action: 'Extend it by less, or capture it and make a new payment.',
  },
  wallet_exists: {
    status: 409,
    title: 'There is a wallet of this kind, name and currency',
    scope: ['wallet'],
    retryable: false,
    action: 'Use the wallet that scope names, or choose another name.',
  },
  agent_handle_taken: {
    status: 409,
    title: 'An active agent has this handle',
    scope: ['agent'],
    retryable: false,
    action: 'Choose another handle, or revoke the agent that has it.',
  },
  agent_not_active: {
    status: 409,
    title: 'The agent is not active',
    scope: ['agent'],
    retryable: false,
    action: 'Unfreeze it, or register it anew where it is revoked.',
  },
  agent_is_scoped: {
    status: 409,
    title: 'A scoped agent has the funding and the breakers of its agent',
    scope: ['agent'],
    retryable: false,
    action: 'Change those of the agent that it was made of.',
  },
  address_taken: {
    status: 409,
    title: 'Another agent of this organization has the address',
    scope: ['agent'],
    retryable: false,
    action: 'Remove it from that agent first.',
  },
  addresses_too_many: {
    status: 409,
    title: 'The agent has as many addresses as it may',
    scope: ['agent'],
    retryable: false,
    action: 'Remove one that is not used.',
  },
  agent_not_capped: {
    status: 409,
    title: 'The agent has no lifetime cap in this currency that could be raised',
    scope: ['agent'],
    retryable: false,
    action: 'It needs no top-up to spend more: set a `spending_cap` by PATCH, or bring money into a wallet.',
  },
  agent_not_frozen: {
    status: 409,
    title: 'The agent is not frozen',
    scope: ['agent'],
    retryable: false,
    action: 'Nothing is to be done.',
  },
  session_not_open: {
    status: 409,
    title: 'The session is not open',
    scope: ['session'],
    retryable: false,
    action: 'Open a new session.',
  },
  parent_session_not_open: {
    status: 409,
    title: 'The parent session is not open',
    scope: ['session'],
    retryable: false,
    action: 'Open the session under one that is open.',
  },
  reserved_budget_below_used: {
    status: 409,
    title: 'A reserved budget cannot be lowered below what is used of it',
    scope: ['session'],
    retryable: false,
    action: 'Lower it at most to what is spent, held and carved out.',
  },
  reserved_budget_not_available: {
    status: 402,
    title: 'The sessions above have not the budget that is to be reserved',
    scope: ['session', 'wallet'],
    retryable: false,
    action: 'Reserve at most what remains above, or open the session as shared.',
  },
  idempotency_key_conflict: {
    status: 409,
    title: 'The idempotency key was used for another request',
    scope: ['request'],
    retryable: false,
    action: 'Use a new key for a new request; repeat the first request exactly to read its answer.',
  },
  organization_exists: {
    status: 409,
    title: 'The organization exists',
    scope: ['organization'],
    retryable: false,
    action: 'Nothing is to be done.',
  },
  key_exists: {
    status: 409,
    title: 'The key was issued before',
    scope: ['key'],
    retryable: false,
    action: 'Issue a key with an id of its own.',
  },
  key_is_last_admin: {
    status: 409,
    title: 'The key is the last one of an administrator',
    scope: ['key'],
    retryable: false,
    action: 'Issue another admin key first, then revoke this one with it.',
  },

  // About the caller or the request: not recorded, bind no key.
  credential_invalid: {
    status: 401,
    title: 'The credential is not valid',
    scope: ['key', 'agent', 'session', 'request'],
    retryable: false,
    action: 'Send a token that was not revoked or rotated away, as `Authorization: Bearer …`.',
  },
  role_not_allowed: {
    status: 403,
    title: 'The credential may not do this',
    scope: ['key', 'agent', 'session', 'request'],
    retryable: false,
    action: 'Use a key whose role allows it.',
  },
  agent_not_own: {
    status: 403,
    title: 'The agent named is neither the caller nor one below it',
    scope: ['agent'],
    retryable: false,
    action: 'Leave agent_id out, or use an org key.',
  },
  agent_not_found: {
    status: 404,
    title: 'There is no such agent',
    scope: ['agent'],
    retryable: false,
    action: 'Check the handle or id, or register the agent.',
  },
  address_not_registered: {
    status: 404,
    title: 'The agent has no such address',
    scope: ['agent'],
    retryable: false,
    action: 'Register the address with the agent whose key it is.',
  },
  session_not_found: {
    status: 404,
    title: 'There is no such session',
    scope: ['session'],
    retryable: false,
    action: 'Check the id.',
  },
  payment_not_found: {
    status: 404,
    title: 'There is no such payment',
    scope: ['payment', 'request'],
    retryable: false,
    action: 'Check the id; a key is found with the `agent` that pays, whose key it is.',
  },
  payment_request_not_found: {
    status: 404,
    title: 'There is no such payment request for this caller',
    scope: ['payment_request'],
    retryable: false,
    action:
      'Check the id, and name its org as payee_org where another org asks. Its payee and its payer see it, and no other.',
  },
  payment_request_mismatch: {
    status: 422,
    title: 'The payment is not the one that the payment request asks for',
    scope: ['payment_request'],
    retryable: false,
    action: 'Pay its payee its amount at once (capture), or let POST /v1/payment-requests/{id}/pay do so.',
  },
  approval_not_found: {
    status: 404,
    title: 'There is no such approval',
    scope: ['approval'],
    retryable: false,
    action: 'Check the id: it stands in the answer to the payment.',
  },
  grant_not_found: {
    status: 404,
    title: 'There is no such grant, or it was revoked',
    scope: ['grant'],
    retryable: false,
    action: 'Read GET /v1/approvals/grants for the ids.',
  },
  wallet_not_found: {
    status: 404,
    title: 'There is no such wallet',
    scope: ['wallet'],
    retryable: false,
    action: 'Read GET /v1/wallets for the ids.',
  },
  payee_not_found: {
    status: 404,
    title: 'There is no such payee',
    scope: ['agent', 'request'],
    retryable: false,
    action: 'Check the handle or id, or register the payee.',
  },
  key_not_found: {
    status: 404,
    title: 'There is no such key',
    scope: ['key'],
    retryable: false,
    action: 'Check the id.',
  },
  revocation_not_found: {
    status: 404,
    title: 'There is no such revocation id',
    scope: ['request', 'agent'],
    retryable: false,
    action: "Check the id: it stands in the answer to the agent's registration.",
  },
  // Only a credential names an organization, so one that is not there makes the credential invalid.
  organization_not_found: {
    status: 401,
    title: 'There is no such organization',
    scope: ['organization'],
    retryable: false,
    action: 'Check the credential.',
  },
  asset_mismatch: {
    status: 422,
    title: 'The currency is not that of the session, wallet or limit',
    scope: ['session', 'wallet', 'agent', 'request'],
    retryable: false,
    action: 'Send the amount in the currency of what it draws on.',
  },
  amount_not_positive: {
    status: 422,
    title: 'The amount must be more than 0',
    scope: ['request'],
    retryable: false,
    action: 'Send an amount above 0.',
  },
  payee_is_payer: {
    status: 422,
    title: 'An agent cannot pay itself',
    scope: ['agent', 'request'],
    retryable: false,
    action: 'Name another payee.',
  },
  wallets_are_the_same: {
    status: 422,
    title: 'A transfer needs two wallets',
    scope: ['wallet'],
    retryable: false,
    action: 'Name another wallet.',
  },
  limits_conflict: {
    status: 422,
    title: 'Two limits have the same name',
    scope: ['request'],
    retryable: false,
    action: 'Give one limit for each measure, period, currency and time zone.',
  },
  deadline_passed: {
    status: 503,
    title: 'The deadline passed before the request was decided',
    scope: ['request'],
    retryable: true,
    action: 'Nothing happened. Send the request again, with the same idempotency key.',
  },
  command_not_storable: {
    status: 422,
    title: 'The log cannot hold this request',
    scope: ['request'],
    retryable: false,
    action: 'Nothing happened. Report the request: something in it is not accepted by the store.',
  },

  // Fail closed: the same key may be used again.
  book_unavailable: {
    status: 503,
    title: 'The book cannot decide at the moment',
    retryable: true,
    action: 'Send the request again, with the same idempotency key.',
  },
  settlement_unavailable: {
    status: 503,
    title: 'Envelopes cannot be settled, and receipts not be signed, at the moment',
    retryable: true,
    action: 'Send the request again, with the same idempotency key. Payments without an envelope are not concerned.',
  },
  outcome_unknown: {
    status: 503,
    title: 'It is not known whether the request took effect',
    retryable: true,
    action: 'Send the request again, with the same idempotency key: it takes effect once.',
  },
  not_owner: {
    status: 503,
    title: 'The book is changing hands',
    retryable: true,
    action: 'Send the request again, with the same idempotency key.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests by this agent',
    retryable: true,
    action: 'Wait as Retry-After says, then send the request again with the same idempotency key.',
  },
  overloaded: {
    status: 429,
    title: 'Too many requests are waiting for this book',
    retryable: true,
    action: 'Wait as Retry-After says, then send the request again with the same idempotency key.',
  },

  // About envelopes.
  challenge_invalid: {
    status: 422,
    title: 'The challenge is for this ledger, and something in it is wrong',
    retryable: false,
    action: 'Tell whoever sent the 402; the fields are named in problems.',
  },
  unsupported_challenge: {
    status: 422,
    title: 'The challenge can not be paid here',
    retryable: false,
    action: 'Send what the 402 came with, unchanged. It must accept a network and an asset of GET /x402/supported.',
  },
  payment_token_invalid: {
    status: 422,
    title: 'The payment token is not one of this deployment, or is for something else',
    retryable: false,
    action: 'Redeem the token as it came in X-Payment, for what was asked in the challenge.',
  },
  address_signature_invalid: {
    status: 422,
    title: 'The text was not signed with the key of this address',
    retryable: false,
    action: 'Sign the text that the list of addresses gives, unchanged, by personal_sign (EIP-191).',
  },
  address_moved: {
    status: 409,
    title: 'Another organization had the address until a short while ago',
    scope: ['agent'],
    retryable: true,
    action: 'What its key signs pays again when everything signed before has run out: a day after the move.',
  },

  // Made by the edge.
  request_malformed: {
    status: 400,
    title: 'The request is not HTTP that can be read, or its headers are too large or too slow',
    retryable: false,
    action: 'Send HTTP/1.1 with headers of at most 16 KiB together.',
  },
  unparseable_body: {
    status: 400,
    title: 'The body is not JSON',
    retryable: false,
    action: 'Send one JSON object, in UTF-8, with each field once.',
  },
  body_invalid: {
    status: 422,
    title: 'The body is not acceptable',
    retryable: false,
    action: 'Correct the fields that `problems` names.',
  },
  query_invalid: {
    status: 422,
    title: 'The query is not acceptable',
    retryable: false,
    action: 'Correct the parameters that `problems` names.',
  },
  header_invalid: {
    status: 422,
    title: 'A header is not acceptable',
    retryable: false,
    action: 'Correct the headers that `problems` names.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    retryable: false,
    action: 'Send at most 64 KiB.',
  },
  content_type_unsupported: {
    status: 415,
    title: 'The body is not declared as JSON',
    retryable: false,
    action: 'Send `Content-Type: application/json`.',
  },
  route_not_found: {
    status: 404,
    title: 'There is no such address',
    retryable: false,
    action: 'Read /openapi.json for the calls there are.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The address does not take this method',
    retryable: false,
    action: 'Use a method that the header Allow names.',
  },
  credential_missing: {
    status: 401,
    title: 'The request has no credential',
    retryable: false,
    action: 'Send `Authorization: Bearer …`.',
  },
  organization_unknown: {
    status: 404,
    title: 'There is no such organization',
    scope: ['organization'],
    retryable: false,
    action: 'Check the id in the path.',
  },
  read_model_unavailable: {
    status: 503,
    title: 'Reports and lists cannot be read at the moment; payments are not concerned',
    retryable: true,
    action: 'Send the request again later.',
  },
  explanation_not_ready: {
    status: 503,
    title: 'The explanation of a past decision takes longer than a call may wait',
    scope: ['payment'],
    retryable: true,
    action: 'Send the request again as Retry-After says: it is worked on meanwhile, and kept.',
  },
  receipt_not_found: {
    status: 404,
    title: 'There is no such receipt',
    retryable: false,
    action: 'Use the receipt_id of an answer about the payment, with a credential that may read the payment.',
  },
  policy_version_not_found: {
    status: 404,
    title: 'No rules were set by an event of this number',
    retryable: false,
    action: 'Use a policy_version that an answer gave.',
  },
  internal_error: {
    status: 503,
    title: 'Something went wrong inside; it is not known whether the request took effect',
    retryable: true,
    action: 'Send the request again, with the same idempotency key.',
  },
} as const satisfies Record<ErrorCode, CatalogueEntry>;

/** Says whether a text is a code of the catalogue. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, text);
}

/** The catalogue's row of a code, with its widest type. */
export function errorOf(code: ErrorCode): CatalogueEntry {
  return ERROR_CATALOGUE[code];
}

/** HTTP status of a refusal (D19). */
export function statusOf(refusal: Decline): ErrorStatus {
  return ERROR_CATALOGUE[refusal.code].status;
}
