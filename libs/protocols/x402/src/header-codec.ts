import { readJson, WHOLE_BODY, type FieldProblem, writeJson } from '#contracts';
import { X402_BOUNDS } from './bounds.js';
import { fitsBounds } from './json-values.js';

export type ReadHeader = { ok: true; value: unknown } | { ok: false; problems: FieldProblem[] };

/** The alphabet that the published decoders test for: base64url and the dots of a JWS are refused. */
const STANDARD_BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Whether a text can be the value of an x402 header at all. */
export function isStandardBase64(text: string): boolean {
  return STANDARD_BASE64.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
}

/** Writes an object as the value of PAYMENT-REQUIRED, PAYMENT-SIGNATURE, X-PAYMENT and the like. */
export function encodeHeader(value: unknown): string {
  return Buffer.from(writeJson(value), 'utf8').toString('base64');
}

/** Reads such a value. Numbers stay as they were written (`JsonNumber`). */
export function decodeHeader(text: string): ReadHeader {
  if (text.length > X402_BOUNDS.header_characters) return refused('is too long');
  if (!isStandardBase64(text)) return refused('must be base64 of the standard alphabet');
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return refused('must be base64 of UTF-8 text');
  }
  return readBoundedJson(json);
}

/** JSON text, with the bounds of an envelope. */
export function readBoundedJson(text: string): ReadHeader {
  if (text.length > X402_BOUNDS.header_characters) return refused('is too long');
  const read = readJson(text);
  if (!read.ok) return { ok: false, problems: read.problems };
  return fitsBounds(read.value) ? { ok: true, value: read.value } : refused('is too large or nested too deeply');
}

function refused(message: string): { ok: false; problems: FieldProblem[] } {
  return { ok: false, problems: [{ field: WHOLE_BODY, message }] };
}
