import { BOUNDS, CATEGORY, HANDLE, IDEMPOTENCY_KEY, OPAQUE_ID, REQUEST_ID } from './bounds.js';
import { WHOLE_BODY, type FieldProblem } from './field-problem.js';
import { isJsonObject, readJson } from './json.js';
import type { NormalisedPaymentRequest, ParsedPaymentRequest } from './normalised-payment-request.js';
import { CATEGORY_RULE, HANDLE_RULE, ID_RULE, KEY_RULE, REQUEST_ID_RULE } from './rule-texts.js';
import {
  readAsset,
  readCapture,
  readExpiry,
  readLabels,
  readMemo,
  readPayee,
  readPositiveAmount,
  readText,
  readWholeNumber,
  withoutAt,
} from './payment-request-fields.js';

const FIELDS: ReadonlySet<string> = new Set([
  'payee',
  'payee_org',
  'service',
  'amount',
  'currency',
  'capture',
  'agent_id',
  'session_id',
  'label',
  'labels',
  'category',
  'request_id',
  'memo',
  'expires_in',
  'idempotency_key',
  'deadline_ms',
]);

/**
 * Reads a payment request from its JSON text, or says what is wrong with every field. Written by hand because it is on
 * the bus's hot path; `paymentRequestSchema` says the same in zod for the documentation, and a test holds them together.
 */
export function parsePaymentRequest(text: string): ParsedPaymentRequest {
  const json = readJson(text);
  if (!json.ok) {
    const key = json.code === 'body_invalid' ? readableKey(json.value) : undefined;
    return { ok: false, code: json.code, problems: json.problems, idempotency_key: key };
  }
  return readPaymentRequest(json.value);
}

/** As `parsePaymentRequest`, from a value that `readJson` gave. */
export function readPaymentRequest(value: unknown): ParsedPaymentRequest {
  if (!isJsonObject(value)) {
    return { ok: false, code: 'body_invalid', problems: [{ field: WHOLE_BODY, message: 'must be a JSON object' }] };
  }
  const problems: FieldProblem[] = [];
  for (const name in value) {
    if (!FIELDS.has(name)) problems.push({ field: name, message: 'is not a field of this request' });
  }
  const payee = readPayee(value, problems);
  const asset = readAsset(value, problems);
  const amount = readPositiveAmount(value, asset ?? 'USD', problems);
  const capture = readCapture(value, problems);
  const request: NormalisedPaymentRequest = {
    payee: payee ?? { service: '' },
    amount: amount ?? 0n,
    asset: asset ?? 'USD',
    capture,
    agent: withoutAt(readText(value, 'agent_id', HANDLE, HANDLE_RULE, problems)),
    session_id: readText(value, 'session_id', OPAQUE_ID, ID_RULE, problems),
    labels: readLabels(value, problems),
    category: readText(value, 'category', CATEGORY, CATEGORY_RULE, problems),
    request_id: readText(value, 'request_id', REQUEST_ID, REQUEST_ID_RULE, problems),
    memo: readMemo(value, problems),
    expires_in_ms: readExpiry(value, capture, problems),
    idempotency_key: readText(value, 'idempotency_key', IDEMPOTENCY_KEY, KEY_RULE, problems),
    deadline_ms: readWholeNumber(value, 'deadline_ms', BOUNDS.deadline_ms, problems),
  };
  if (problems.length > 0) {
    return { ok: false, code: 'body_invalid', problems, idempotency_key: readableKey(value) };
  }
  return { ok: true, request, fingerprint_source: paymentFingerprintSource(request) };
}

/**
 * What makes two payment requests the same. Not in it: the key and the paying agent, which are the key's scope (so that
 * the same intent may come over REST by an org key and over the bus by the agent), the deadline, and the memo.
 */
export function paymentFingerprintSource(request: NormalisedPaymentRequest): string {
  const { payee, labels } = request;
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  return JSON.stringify([
    'payment.authorize',
    'agent' in payee ? 'agent' : 'service',
    'agent' in payee ? payee.agent : payee.service,
    request.amount.toString(),
    request.asset,
    request.capture,
    request.session_id ?? null,
    request.category ?? null,
    request.expires_in_ms ?? null,
    names.map((name) => [name, labels[name]]),
    // Last and only where they stand, so that payments without them keep the fingerprint they always had.
    ...('agent' in payee && payee.org !== undefined ? [payee.org] : []),
    ...(request.request_id === undefined ? [] : [{ request_id: request.request_id }]),
  ]);
}

function readableKey(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const key = value['idempotency_key'];
  return typeof key === 'string' && IDEMPOTENCY_KEY.test(key) ? key : undefined;
}
