import { isAsset, parseAmount, type AmountFault, type Asset } from '#domain';
import { BARE_LABEL, BOUNDS, HANDLE, LABEL_NAME, SERVICE } from './bounds.js';
import type { FieldProblem } from './field-problem.js';
import { isJsonObject, JsonNumber, type JsonObject } from './json.js';
import type { NormalisedPaymentRequest } from './normalised-payment-request.js';
import { HANDLE_RULE, ID_RULE, LABEL_NAME_RULE, LABEL_RULE, SERVICE_RULE } from './rule-texts.js';

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

export function readPayee(body: JsonObject, problems: FieldProblem[]): NormalisedPaymentRequest['payee'] | undefined {
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

export function readAsset(body: JsonObject, problems: FieldProblem[]): Asset | undefined {
  const currency = body['currency'];
  if (currency === undefined) return 'USD';
  if (typeof currency === 'string' && isAsset(currency)) return currency;
  problems.push({ field: 'currency', message: 'must be USD or JPY' });
  return undefined;
}

export function readPositiveAmount(body: JsonObject, asset: Asset, problems: FieldProblem[]): bigint | undefined {
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

export function readCapture(body: JsonObject, problems: FieldProblem[]): boolean {
  const capture = body['capture'];
  if (capture === undefined) return false;
  if (typeof capture === 'boolean') return capture;
  problems.push({ field: 'capture', message: 'must be true or false' });
  return false;
}

export function readExpiry(body: JsonObject, capture: boolean, problems: FieldProblem[]): number | undefined {
  const seconds = readWholeNumber(body, 'expires_in', BOUNDS.expires_in_seconds, problems);
  if (seconds === undefined) return undefined;
  if (capture)
    problems.push({ field: 'expires_in', message: 'must not stand beside capture: true, which holds nothing' });
  return seconds * 1000;
}

export function readWholeNumber(
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

export function readText(
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

export function readMemo(body: JsonObject, problems: FieldProblem[]): string | undefined {
  const memo = body['memo'];
  if (memo === undefined) return undefined;
  if (typeof memo === 'string' && memo.length <= BOUNDS.memo_characters) return memo;
  problems.push({ field: 'memo', message: `must be text of at most ${BOUNDS.memo_characters} characters` });
  return undefined;
}

/** One map from both fields. A bare label that would overwrite a `labels.label` of another value is refused. */
export function readLabels(body: JsonObject, problems: FieldProblem[]): Record<string, string> {
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

export function withoutAt(handle: string | undefined): string | undefined {
  return handle?.startsWith('@') ? handle.slice(1) : handle;
}
