import { AddressRefused } from './public-address.js';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** What became of one exchange with a paid service. */
export type Exchange =
  | { kind: 'answered'; status: number; headers: Readonly<Record<string, string>>; body: string }
  /** The head of an answer came, and what followed is more than is read, or no text. */
  | { kind: 'unreadable'; status: number; reason: string }
  /** Nothing was asked: no connection came about. */
  | { kind: 'not_sent'; reason: string }
  /** It was asked, and no answer came. */
  | { kind: 'unknown'; reason: string };

/** An exchange whose answer is read as it comes. */
export type StreamedExchange = Exchange | { kind: 'streaming'; chunks: AsyncIterable<Buffer>; stop: () => void };

/** Faults of a connection that never came about. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ADDRESS_REFUSED',
  'ERR_INVALID_URL',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** An exchange that ended before there was the head of an answer. */
export function unanswered(fault: unknown): Exchange {
  return { kind: NOT_SENT.has(codeOf(fault)) ? 'not_sent' : 'unknown', reason: reasonOf(fault) };
}

/** An exchange whose answer broke off after its head: a refusal is one without its reason too. */
export function brokenOff(
  fault: unknown,
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
): Exchange {
  return status >= 400 ? { kind: 'answered', status, headers, body: '' } : { kind: 'unknown', reason: reasonOf(fault) };
}

export function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/** By its shape: an error of Node's own is of another realm where code runs in a context of its own. */
function codeOf(fault: unknown): string {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : '';
}

/** What is said of a fault: never the request, which has a secret in it. */
function reasonOf(fault: unknown): string {
  if (fault instanceof AddressRefused) return fault.message;
  const name = typeof fault === 'object' && fault !== null && 'name' in fault ? String(fault.name) : '';
  if (name === 'TimeoutError') return 'no answer came in time';
  return codeOf(fault) || name || 'unknown';
}
