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
  const [headerText, payloadText, signatureText, ...more] = text.split('.');
  if (headerText === undefined || payloadText === undefined || signatureText === undefined) return 'malformed';
  const payloadBytes = bytesOf(payloadText);
  const signature = bytesOf(signatureText);
  if (more.length > 0 || !payloadBytes || !signature) return 'malformed';
  const header = written.get(headerText) ?? readHeader(headerText);
  const payload = objectIn(payloadBytes);
  if (!header || !payload) return 'malformed';
  if (header['alg'] !== algorithm) return 'unsupported_algorithm';
  const { kid, typ } = header;
  if (typeof kid !== 'string' || typeof typ !== 'string' || Object.keys(header).length > 3) return 'malformed';
  return { header: { alg: algorithm, kid, typ }, payload, signed: text.slice(0, text.lastIndexOf('.')), signature };
}

function readHeader(text: string): Record<string, unknown> | undefined {
  const bytes = bytesOf(text);
  return bytes && objectIn(bytes);
}

/** What may stand last where the bytes end within a character: its bits beyond them are nothing, so that bytes have one spelling. */
const LAST_CHARACTERS = [/./, /$^/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/];

/** Undefined where the text is no base64url, or only decodes to the same bytes as their one spelling. */
function bytesOf(part: string): Buffer | undefined {
  if (!PART.test(part) || !LAST_CHARACTERS[part.length % 4]!.test(part)) return undefined;
  return Buffer.from(part, 'base64url');
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
/** The same the other way round: what was written here need not be read. */
const written = new Map<string, Record<string, unknown>>();

/** Headers are few, and each is written once. */
function encodedHeader(header: JwsHeader): string {
  const name = `${header.alg} ${header.kid} ${header.typ}`;
  let text = headers.get(name);
  if (text === undefined) {
    text = encoded(header);
    if (headers.size >= HEADERS_MAXIMUM) {
      headers.clear();
      written.clear();
    }
    headers.set(name, text);
    written.set(text, { ...header });
  }
  return text;
}

function encoded(value: object): string {
  return Buffer.from(canonicalJson(value)).toString('base64url');
}
