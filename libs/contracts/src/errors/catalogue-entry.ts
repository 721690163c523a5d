import type { RefusalCode, ScopeKind } from '#domain';
import type { UnavailableCode } from '../wire.js';

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
  | 'service_not_found'
  | 'service_limit_reached'
  | 'service_secret_missing'
  | 'price_unknown'
  | 'upstream_refused'
  | 'upstream_unavailable'
  | 'service_busy'
  | 'payment_outcome_unknown'
  | 'agent_credential_required'
  | 'origin_not_allowed'
  | 'internal_error';

export type ErrorCode = RefusalCode | UnavailableCode | EdgeCode;

export type ErrorStatus = 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 502 | 503;

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
export const EVERY_SCOPE = ['agent', 'parent_agent', 'session', 'organization'] as const;

export const NEW_KEY = 'Use a new idempotency key: this one keeps this answer.';
