import { isAsset, parseAmount, type AmountFault, type Asset } from '#domain';
import {
  BARE_LABEL,
  BOUNDS,
  CATEGORY,
  HANDLE,
  IDEMPOTENCY_KEY,
  LABEL_NAME,
  OPAQUE_ID,
  REQUEST_ID,
  SERVICE,
} from './bounds.js';
import { WHOLE_BODY, type FieldProblem } from './field-problem.js';
import { isJsonObject, JsonNumber, readJson, type JsonObject } from './json.js';

/** A payment request (REST body and bus intent alike) in the ledger's own words: units, milliseconds, one map of labels. */
export interface NormalisedPaymentRequest {
  payee: { agent: string; org?: string } | { service: string };
  /** Smallest units, at least 1: the most that may be spent. */
  amount: bigint;
  asset: Asset;
  /** True: authorize and capture in one decision. */
  capture: boolean;
  /** Who pays: agent id or handle, without the leading `@`. */
  agent?: string;
  session_id?: string;
  /** `label` and `labels` together; a bare label stands under the name `label`. */
  labels: Record<string, string>;
  category?: string;
  /** Free text of the caller, or the id of the payment request that this pays. */
  request_id?: string;
  /** Never enters the log, nor the fingerprint, from which a short text could be guessed (D20). */
  memo?: string;
  expires_in_ms?: number;
  idempotency_key?: string;
  /** How long the caller waits, from when the request arrived. */
  deadline_ms?: number;
}

export type ParsedPaymentRequest =
  | { ok: true; request: NormalisedPaymentRequest; fingerprint_source: string }
  | {
      ok: false;
      code: 'unparseable_body' | 'body_invalid';
      problems: FieldProblem[];
      /** Where it could be read: lets the bus address its refusal. */
      idempotency_key?: string;
    };

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

export const HANDLE_RULE = 'must be a handle or an agent id: 1 to 128 of A-Z a-z 0-9 . _ -, a leading @ is ignored';
export const SERVICE_RULE = 'must be the name of a service: 1 to 128 of A-Z a-z 0-9 . _ -';
export const ID_RULE = 'must be an id, as it was given in an answer';
export const CATEGORY_RULE = 'must be 1 to 64 of A-Z a-z 0-9 . _ : / -';
export const REQUEST_ID_RULE = 'must be 1 to 128 printable ASCII characters, with no space at either end';
export const KEY_RULE = 'must be 1 to 255 printable ASCII characters, with no space at either end';

export function amountMessage(fault: AmountFault, asset: Asset): string {
  switch (fault) {
    case 'not_a_number':
      return 'must be a decimal number such as 0.05, as a JSON number or a string';
    case 'negative':
      return 'must not be negative';
    case 'too_many_decimals':
      return `has more decimals than ${asset} has`;
    case 'too_large':
      return 'must not be more than 2^53 smallest units';
    case 'exponent_in_string':
      return 'must not have an exponent when it is a string';
  }
}

function readPayee(body: JsonObject, problems: FieldProblem[]): NormalisedPaymentRequest['payee'] | undefined {
  const { payee, service } = body;
  if (payee === undefined && service === undefined) {
    problems.push({ field: 'payee', message: 'is missing: name a payee or a service' });
    return undefined;
  }
  if (payee !== undefined && service !== undefined) {
    problems.push({ field: 'service', message: 'must not stand beside payee: a payment has one receiver' });
    return undefined;
  }
  if (payee !== undefined) {
    const agent = withoutAt(readText(body, 'payee', HANDLE, HANDLE_RULE, problems));
    const org = readText(body, 'payee_org', ORGANIZATION_ID, ID_RULE, problems);
    if (agent === undefined) return undefined;
    return org === undefined ? { agent } : { agent, org };
  }
  if (body['payee_org'] !== undefined)
    problems.push({ field: 'payee_org', message: 'must stand beside payee, never beside service' });
  const name = readText(body, 'service', SERVICE, SERVICE_RULE, problems);
  return name === undefined ? undefined : { service: name };
}

function readAsset(body: JsonObject, problems: FieldProblem[]): Asset | undefined {
  const currency = body['currency'];
  if (currency === undefined) return 'USD';
  if (typeof currency === 'string' && isAsset(currency)) return currency;
  problems.push({ field: 'currency', message: 'must be USD or JPY' });
  return undefined;
}

function readPositiveAmount(body: JsonObject, asset: Asset, problems: FieldProblem[]): bigint | undefined {
  const value = body['amount'];
  if (value === undefined) {
    problems.push({ field: 'amount', message: 'is missing' });
    return undefined;
  }
  const parsed =
    value instanceof JsonNumber
      ? parseAmount(value.text, asset, 'json_number')
      : typeof value === 'string'
        ? parseAmount(value, asset, 'string')
        : NOT_A_NUMBER;
  if ('fault' in parsed) {
    problems.push({ field: 'amount', message: amountMessage(parsed.fault, asset) });
    return undefined;
  }
  if (parsed.units > 0n) return parsed.units;
  problems.push({ field: 'amount', message: 'must be more than 0' });
  return undefined;
}

const ORGANIZATION_ID = /^org_[0-9a-f]{32}$/;
const NOT_A_NUMBER = { fault: 'not_a_number' } as const;

function readCapture(body: JsonObject, problems: FieldProblem[]): boolean {
  const capture = body['capture'];
  if (capture === undefined) return false;
  if (typeof capture === 'boolean') return capture;
  problems.push({ field: 'capture', message: 'must be true or false' });
  return false;
}

function readExpiry(body: JsonObject, capture: boolean, problems: FieldProblem[]): number | undefined {
  const seconds = readWholeNumber(body, 'expires_in', BOUNDS.expires_in_seconds, problems);
  if (seconds === undefined) return undefined;
  if (capture)
    problems.push({ field: 'expires_in', message: 'must not stand beside capture: true, which holds nothing' });
  return seconds * 1000;
}

function readWholeNumber(
  body: JsonObject,
  field: string,
  maximum: number,
  problems: FieldProblem[],
): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  const number = value instanceof JsonNumber && /^\d{1,15}(\.0+)?$/.test(value.text) ? Number(value.text) : 0;
  if (number >= 1 && number <= maximum) return number;
  problems.push({ field, message: `must be a whole JSON number from 1 to ${maximum}` });
  return undefined;
}

function readText(
  body: JsonObject,
  field: string,
  pattern: RegExp,
  rule: string,
  problems: FieldProblem[],
): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  problems.push({ field, message: rule });
  return undefined;
}

function readMemo(body: JsonObject, problems: FieldProblem[]): string | undefined {
  const memo = body['memo'];
  if (memo === undefined) return undefined;
  if (typeof memo === 'string' && memo.length <= BOUNDS.memo_characters) return memo;
  problems.push({ field: 'memo', message: `must be text of at most ${BOUNDS.memo_characters} characters` });
  return undefined;
}

export const LABEL_RULE = `must be text of 1 to ${BOUNDS.label_characters} characters`;
export const LABEL_NAME_RULE = `has a label whose name is not 1 to ${BOUNDS.label_name_characters} printable characters`;

/** One map from both fields. A bare label that would overwrite a `labels.label` of another value is refused. */
function readLabels(body: JsonObject, problems: FieldProblem[]): Record<string, string> {
  const { label, labels } = body;
  const merged: Record<string, string> = {};
  if (labels !== undefined) {
    if (!isJsonObject(labels)) {
      problems.push({ field: 'labels', message: 'must be an object of texts' });
    } else {
      let count = 0;
      for (const name in labels) {
        const value = labels[name];
        count += 1;
        if (!LABEL_NAME.test(name)) problems.push({ field: 'labels', message: LABEL_NAME_RULE });
        else if (!isLabel(value)) problems.push({ field: `labels.${name}`, message: LABEL_RULE });
        else merged[name] = value;
      }
      if (count > BOUNDS.labels)
        problems.push({ field: 'labels', message: `must have at most ${BOUNDS.labels} labels` });
    }
  }
  if (label === undefined) return merged;
  if (!isLabel(label)) problems.push({ field: 'label', message: LABEL_RULE });
  else if (merged[BARE_LABEL] !== undefined && merged[BARE_LABEL] !== label) {
    problems.push({ field: 'label', message: 'must be the same as labels.label where both are given' });
  } else merged[BARE_LABEL] = label;
  return merged;
}

function isLabel(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= BOUNDS.label_characters;
}

function withoutAt(handle: string | undefined): string | undefined {
  return handle?.startsWith('@') ? handle.slice(1) : handle;
}

function readableKey(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const key = value['idempotency_key'];
  return typeof key === 'string' && IDEMPOTENCY_KEY.test(key) ? key : undefined;
}
