import type { Msg, MsgHdrs } from '@nats-io/transport-node';

const encoder = new TextEncoder();

/**
 * Headers for a publish, written straight to bytes: the client's own header object searches all its keys and tests
 * each value for every `set`, which costs as much as the rest of a publish. Only what `publish` needs is there.
 *
 * @throws where a name or a value holds a line break, which would be a header of its own
 */
export function rawHeaders(fields: Readonly<Record<string, string | undefined>>): MsgHdrs {
  let text = 'NATS/1.0\r\n';
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (hasLineBreak(value) || hasLineBreak(name)) throw new Error(`Header ${name} holds a line break`);
    text += `${name}: ${value}\r\n`;
  }
  const bytes = encoder.encode(`${text}\r\n`);
  return { encode: () => bytes } as unknown as MsgHdrs;
}

function hasLineBreak(text: string): boolean {
  return text.includes('\n') || text.includes('\r');
}

/** The headers of a message that may travel on: all but those by which NATS itself is controlled. */
export function withoutControlHeaders(headers: MsgHdrs | undefined): Record<string, string> {
  const kept: Record<string, string> = {};
  if (!headers) return kept;
  for (const [name, values] of headers) {
    if (name.toLowerCase().startsWith('nats-')) continue;
    kept[name] = values.join(',');
  }
  return kept;
}

/** Where the client keeps what it received; absent in another version of it, and then its own parser does. */
interface ReceivedBytes {
  _rdata?: Uint8Array;
  _msg?: { hdr?: number };
}

const decoder = new TextDecoder();

/** A message's headers by name, each with its first value: in 1 µs where the client's own parser takes 5. */
export function headersOf(message: Msg): ReadonlyMap<string, string> {
  const { _rdata: bytes, _msg: parsed } = message as Msg & ReceivedBytes;
  const length = parsed?.hdr;
  if (bytes instanceof Uint8Array && typeof length === 'number') {
    return length > 0 ? parse(decoder.decode(bytes.subarray(0, length))) : NONE;
  }
  return new Map(Array.from(message.headers ?? [], ([name, values]): [string, string] => [name, values[0] ?? '']));
}

const NONE: ReadonlyMap<string, string> = new Map();

function parse(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let start = text.indexOf('\r\n') + 2;
  for (;;) {
    const end = text.indexOf('\r\n', start);
    if (end <= start) return fields;
    const colon = text.indexOf(':', start);
    const name = text.slice(start, colon);
    if (colon > start && colon < end && !fields.has(name)) fields.set(name, text.slice(colon + 1, end).trim());
    start = end + 2;
  }
}
