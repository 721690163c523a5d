import { describe, expect, it } from '@jest/globals';
import { headers, MsgHdrsImpl, type Msg } from '@nats-io/transport-node';
import fastCheck from 'fast-check';
import { headersOf, rawHeaders } from './raw-headers.js';

const name = fastCheck.stringMatching(/^[A-Za-z][A-Za-z-]{0,20}$/);
const value = fastCheck.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, '').trim());

/** A message as the client keeps it: headers and data in one piece. */
function received(bytes: Uint8Array): Msg {
  return { _rdata: bytes, _msg: { hdr: bytes.length } } as unknown as Msg;
}

describe('raw headers', () => {
  it("are what the client's own would be, written and read", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.dictionary(name, value, { maxKeys: 6 }), (fields) => {
        const bytes = (rawHeaders(fields) as unknown as { encode(): Uint8Array }).encode();
        const decoded = MsgHdrsImpl.decode(bytes);
        expect(Object.fromEntries(Object.keys(fields).map((key) => [key, decoded.get(key)]))).toEqual({ ...fields });
        expect(Object.fromEntries(headersOf(received(bytes)))).toEqual({ ...fields });
      }),
    );
  });

  it('are read as the first of several of one name', () => {
    const given = headers();
    given.append('Bursar-Reply-To', 'answers.a');
    given.append('Bursar-Reply-To', 'answers.b');
    const bytes = (given as unknown as { encode(): Uint8Array }).encode();
    expect(headersOf(received(bytes)).get('Bursar-Reply-To')).toBe('answers.a');
    expect(headersOf({ headers: given } as unknown as Msg).get('Bursar-Reply-To')).toBe('answers.a');
  });

  it('are none where a message has none', () => {
    expect([...headersOf({ headers: undefined } as unknown as Msg)]).toEqual([]);
    expect([...headersOf({ _rdata: new Uint8Array(3), _msg: { hdr: -1 } } as unknown as Msg)]).toEqual([]);
  });

  it('leave out what is absent, and refuse a line break', () => {
    const bytes = (rawHeaders({ a: undefined, b: 'c' }) as unknown as { encode(): Uint8Array }).encode();
    expect(new TextDecoder().decode(bytes)).toBe('NATS/1.0\r\nb: c\r\n\r\n');
    expect(() => rawHeaders({ a: 'b\nc: d' })).toThrow('line break');
  });
});
