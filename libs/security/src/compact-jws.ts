/** The only header that is written, and the only one that is read. */
export interface JwsHeader {
  readonly alg: 'EdDSA';
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

/** Takes a compact JWS apart without believing any of it. A header with more members than ours is refused: none is understood. */
export function splitJws(text: string): SplitJws | JwsFault {
  if (typeof text !== 'string' || text.length > LENGTH_MAXIMUM) return 'malformed';
  const parts = text.split('.');
  const [headerBytes, payloadBytes, signature] = parts.map(bytesOf);
  if (parts.length !== 3 || !headerBytes || !payloadBytes || !signature) return 'malformed';
  const header = objectIn(headerBytes);
  const payload = objectIn(payloadBytes);
  if (!header || !payload) return 'malformed';
  if (header['alg'] !== 'EdDSA') return 'unsupported_algorithm';
  const { alg, kid, typ, ...others } = header;
  if (typeof kid !== 'string' || typeof typ !== 'string' || Object.keys(others).length > 0) return 'malformed';
  return { header: { alg, kid, typ }, payload, signed: text.slice(0, text.lastIndexOf('.')), signature };
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
