import type { MsgHdrs } from '@nats-io/transport-node';

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
