import { isJsonObject, readJson, textFault, type JsonObject, writeJson } from '#contracts';
import type { AnswerFault } from './answer-fault.js';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import type { AnswerField, ServiceDefinition } from './definition.js';
import { isDeeperThan } from './json-depth.js';
import { valueAt, type AnswerValues } from './path.js';
import { priceOfAnswer } from './price.js';
import type { QuotedCall } from './quote.js';
import { StreamMeter } from './stream-meter.js';
import { scalarText } from './template.js';

export interface UpstreamAnswer {
  status: number;
  /** Names in any case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export type ReadUpstreamAnswer = { ok: true; body: JsonObject; units: bigint } | { ok: false; fault: AnswerFault };

/**
 * What an upstream's answer says, and what it cost in the smallest units of USD. `units` may be above the estimate where the upstream did
 * not keep to what it was asked for. Of the faults only `refused` says that nothing was spent: after the others something was, and nobody
 * knows how much, so the hold has to stand until somebody does. An explicit zero is a price of zero; no price never is. A stream
 * that is not metered as it comes (`StreamMeter`) may be read whole too.
 */
export function readUpstreamAnswer(
  definition: ServiceDefinition,
  call: QuotedCall,
  answer: UpstreamAnswer,
): ReadUpstreamAnswer {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (answer.status < 200 || answer.status > 299) {
    const said = readJsonBody(answer.body);
    const body = said.ok ? said.value : storable(answer.body);
    return { ok: false, fault: { kind: 'refused', status: answer.status, body } };
  }
  if (call.is_streamed) return readStream(definition, call, answer.body);
  const read = readBody(definition, answer.body);
  if (!read.ok) return { ok: false, fault: { kind: 'unexpected_answer', message: read.message } };
  const values = { body: read.value, headers };
  const body = Object.assign({}, topLevel(definition, read.value), answerFields(definition.answer ?? {}, values));
  const price = priceOfAnswer(definition.price, call.payload, values);
  if ('message' in price) return { ok: false, fault: { kind: 'price_unknown', message: price.message, body } };
  return { ok: true, body, units: price.units };
}

/** A stream that was taken whole. One that told no usage has no price, as any other answer that tells none. */
function readStream(definition: ServiceDefinition, call: QuotedCall, text: string): ReadUpstreamAnswer {
  const meter = new StreamMeter(definition, call);
  meter.take(Buffer.from(text));
  const end = meter.end();
  if (!end.ok) return end;
  const body = { ...end.body, ...answerFields(definition.answer ?? {}, { body: end.body, headers: {} }) };
  if (end.measured === 'reported') return { ok: true, body, units: end.units };
  return { ok: false, fault: { kind: 'price_unknown', message: 'the stream told no usage', body } };
}

type ReadBody = { ok: true; value: unknown } | { ok: false; message: string };

function readBody({ answers_with = 'json' }: ServiceDefinition, text: string): ReadBody {
  if (answers_with === 'nothing' && text.trim() === '') return { ok: true, value: {} };
  if (text.trim() === '') return { ok: false, message: 'the answer is empty' };
  return answers_with === 'text' ? { ok: true, value: storable(text) } : readJsonBody(text);
}

function readJsonBody(text: string): ReadBody {
  const json = readJson(text);
  if (!json.ok && json.code === 'unparseable_body') {
    return { ok: false, message: `the answer ${json.problems[0]?.message ?? 'is not JSON'}` };
  }
  if (isDeeperThan(json.value, PAID_SERVICE_BOUNDS.answer_depth)) {
    return { ok: false, message: 'the answer is nested too deeply' };
  }
  // What was paid for is not lost for a character in it that cannot be stored.
  return { ok: true, value: json.ok ? json.value : storableJson(json.value) };
}

/** An answer that is no object stands under `result`, and text under `content`. */
function topLevel({ answers_with }: ServiceDefinition, value: unknown): JsonObject {
  if (answers_with === 'text') return { content: value };
  return isJsonObject(value) ? value : { result: value };
}

function answerFields(fields: Record<string, AnswerField>, answer: AnswerValues): JsonObject {
  const found = Object.entries(fields).map(([name, field]) => [name, answerValue(field, answer)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** What a field of the answer stands for; undefined where it is not there. A `null`, or a list in which nothing is, is not there either. */
export function answerValue(field: AnswerField, answer: AnswerValues): unknown {
  const { first_of, otherwise, prefix } = typeof field === 'string' ? { first_of: [field] } : field;
  for (const path of first_of) {
    const value = valueAt(path, answer) ?? undefined;
    const isNothing = value === undefined || (path.includes('[*]') && (value as unknown[]).length === 0);
    if (!isNothing) return prefix === undefined || hasScheme(value) ? value : `${prefix}${textOf(value)}`;
  }
  return otherwise;
}

/** What is a URL already needs no prefix. */
function hasScheme(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:/i.test(value);
}

/** A value as one text: itself, or its JSON. */
export function textOf(value: unknown): string {
  return scalarText(value) ?? writeJson(value);
}

/** NUL and halves of a character, which neither PostgreSQL nor UTF-8 can hold. */
// eslint-disable-next-line no-control-regex -- control characters are what this replaces
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

function storable(text: string): string {
  return textFault(text) === undefined ? text : text.replace(UNSTORABLE, '\ufffd');
}

function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), storableJson(inner)]));
}
