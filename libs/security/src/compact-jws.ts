import { canonicalJson } from './canonical-json.js';

/** Who is to verify decides: everybody (RFC 8037), or only those who have the seed (RFC 7518, section 3.2). */
export type JwsAlgorithm = 'EdDSA' | 'HS256';

/** The only header that is written, and the only one that is read. */
export interface JwsHeader {
  readonly alg: JwsAlgorithm;
  readonly kid: string;
  readonly typ: string;
}

export type JwsPayload = Readonly<Record<string, unknown>>;

export interface SplitJws {
  readonly header: JwsHeader;
  readonly payload: JwsPayload;
  /** What is signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

export type JwsFault = 'malformed' | 'unsupported_algorithm';

/** Above the largest receipt (32 long labels, 1,000 sessions, 100 refunds), and little work to read. */
const LENGTH_MAXIMUM = 512 * 1024;
const PART = /^[A-Za-z0-9_-]+$/;

/** Takes a compact JWS of this algorithm apart without believing any of it. A header with more members than ours is refused: none is understood. */
export function splitJws(text: string, algorithm: JwsAlgorithm): SplitJws | JwsFault {
  if (typeof text !== 'string' || text.length > LENGTH_MAXIMUM) return 'malformed';
  const parts = text.split('.');
  const [headerBytes, payloadBytes, signature] = parts.map(bytesOf);
  if (parts.length !== 3 || !headerBytes || !payloadBytes || !signature) return 'malformed';
  const header = objectIn(headerBytes);
  const payload = objectIn(payloadBytes);
  if (!header || !payload) return 'malformed';
  if (header['alg'] !== algorithm) return 'unsupported_algorithm';
  const { alg: _algorithm, kid, typ, ...others } = header;
  if (typeof kid !== 'string' || typeof typ !== 'string' || Object.keys(others).length > 0) return 'malformed';
  return { header: { alg: algorithm, kid, typ }, payload, signed: text.slice(0, text.lastIndexOf('.')), signature };
}

/** Undefined where the text is no base64url, or only decodes to the same bytes as their one spelling. */
function bytesOf(part: string): Buffer | undefined {
  if (!PART.test(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function objectIn(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is signed: header and payload, each in its one spelling. */
export function unsignedJws(header: JwsHeader, payload: object): string {
  return `${encodedHeader(header)}.${encoded(payload)}`;
}

/** One for each period, purpose and seed. */
const HEADERS_MAXIMUM = 1_000;
const headers = new Map<string, string>();

/** Headers are few, and each is written once. */
function encodedHeader(header: JwsHeader): string {
  const name = `${header.alg} ${header.kid} ${header.typ}`;
  let text = headers.get(name);
  if (text === undefined) {
    text = encoded(header);
    if (headers.size >= HEADERS_MAXIMUM) headers.clear();
    headers.set(name, text);
  }
  return text;
}

function encoded(value: object): string {
  return Buffer.from(canonicalJson(value)).toString('base64url');
}
