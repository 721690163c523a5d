import type { CatalogueEntry, ErrorCode } from './catalogue-entry.js';

/** Made by the edge, about HTTP. */
export const REFUSED_AT_THE_EDGE = {
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
  agent_credential_required: {
    status: 403,
    title: "Tools are for an agent's or a session's token, and this is an org key",
    retryable: false,
    action: "Connect with the token of an agent or a session: with an org key a model could spend any agent's money.",
  },
  origin_not_allowed: {
    status: 403,
    title: 'Pages of this origin may not call this address, or it was called by a name that is not its own',
    retryable: false,
    action: 'Name the origin in BURSAR_MCP_ORIGINS where it is yours.',
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
} as const satisfies Partial<Record<ErrorCode, CatalogueEntry>>;
