import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createKeyRing } from './index.js';

const seed = Buffer.alloc(32, 1);
const olderSeed = Buffer.alloc(32, 2);
const ring = createKeyRing({ seeds: [seed] });
const moment = Date.UTC(2026, 5, 1);
const typ = 'bursar-test+jwt';
const facts = { payment: 'pay_1', amount: '0.25' };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const headerOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[0]!, 'base64url').toString()) as object;

describe('a sealed token', () => {
  it('D4: has the same bytes for the same facts, on every replica and for ever', () => {
    const jws = ring.seal(facts, typ);
    expect(createKeyRing({ seeds: [Buffer.alloc(32, 1)] }).seal({ amount: '0.25', payment: 'pay_1' }, typ)).toBe(jws);
    // A version that derives another key makes every token worthless that is out.
    expect(jws).toBe(
      'eyJhbGciOiJIUzI1NiIsImtpZCI6ImYzTmJtb1lYIiwidHlwIjoiYnVyc2FyLXRlc3Qrand0In0.eyJhbW91bnQiOiIwLjI1IiwicGF5bWVudCI6InBheV8xIn0.SKu2ZbKfuniVVqL_tf4u45sbPHuS4LzKsF3ELzfpWOg',
    );
  });

  it('is a JWS of HMAC with SHA-256, which gives back what was sealed', () => {
    expect(headerOf(ring.seal(facts, typ))).toEqual({ alg: 'HS256', kid: expect.any(String), typ });
    expect(ring.open(ring.seal(facts, typ), typ)).toEqual({ ok: true, payload: facts });
  });

  it('is sealed by the newest seed, and opened by older ones as long as they are set', () => {
    const both = createKeyRing({ seeds: [seed, olderSeed] });
    const jws = createKeyRing({ seeds: [olderSeed] }).seal(facts, typ);
    expect(both.open(jws, typ).ok).toBe(true);
    expect(both.seal(facts, typ)).toBe(ring.seal(facts, typ));
    expect(ring.open(jws, typ)).toEqual({ ok: false, reason: 'unknown_key' });
  });
});

describe('what no seed sealed is refused', () => {
  const jws = ring.seal(facts, typ);
  const [header, payload, signature] = jws.split('.') as [string, string, string];
  const [jwk] = ring.jwks(moment, moment).keys;
  const reason = (text: string, as = typ) => {
    const result = ring.open(text, as);
    return result.ok ? 'accepted' : result.reason;
  };

  it('F6: whichever character of it is another one', () => {
    const accepted = Array.from(jws).flatMap((character, at) =>
      ['A', 'B', '_', '.'].filter(
        (other) => other !== character && reason(jws.slice(0, at) + other + jws.slice(at + 1)) === 'accepted',
      ),
    );
    expect(accepted).toEqual([]);
    expect(reason(jws)).toBe('accepted');
  });

  it('F6: whatever else its last character is, also where that decodes to the same bytes', () => {
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const accepted = Array.from(characters).filter((last) => reason(jws.slice(0, -1) + last) === 'accepted');
    expect(accepted).toEqual([jws.at(-1)]);
    const spellings = Array.from(characters).filter((last) => reason(jws.slice(0, -1) + last) !== 'malformed');
    expect(spellings).toHaveLength(16);
  });

  it('F6: sealed by a seed of another, under the name of ours', () => {
    const forged = createHmac('sha256', Buffer.alloc(32, 9)).update(`${header}.${payload}`).digest('base64url');
    expect(reason(`${header}.${payload}.${forged}`)).toBe('wrong_signature');
  });

  it('F6: with the algorithm none, one that is verified with a public key, or that key taken for a secret', () => {
    const mac = (text: string) =>
      createHmac('sha256', Buffer.from(jwk!.x, 'base64url')).update(text).digest('base64url');
    for (const alg of ['none', 'None', 'HS512', 'EdDSA', 'hs256', '', undefined, 1]) {
      const other = part({ ...headerOf(jws), alg });
      for (const end of ['', signature, mac(`${other}.${payload}`)])
        expect(reason(`${other}.${payload}.${end}`)).not.toBe('accepted');
      expect(reason(`${other}.${payload}.${signature}`)).toBe('unsupported_algorithm');
    }
    expect(reason(`${header}.${payload}.${mac(`${header}.${payload}`)}`)).toBe('wrong_signature');
    expect(reason(ring.sign(facts, typ, moment))).toBe('unsupported_algorithm');
  });

  it('F6: for another purpose', () => {
    expect(reason(jws, 'bursar-other+jwt')).toBe('unexpected_type');
    expect(reason(jws, '')).toBe('unexpected_type');
  });

  it('F6: by a key that is none of the ring’s', () => {
    const { kid: name } = headerOf(jws) as { kid: string };
    for (const kid of ['', `${name}.229`, `${name} `, 'AAAAAAAA', '__proto__'])
      expect(reason(`${part({ ...headerOf(jws), kid })}.${payload}.${signature}`)).toBe('unknown_key');
    expect(reason(`${part({ ...headerOf(jws), kid: 229 })}.${payload}.${signature}`)).toBe('malformed');
  });

  it('F6: with a header that says more than ours does', () => {
    for (const more of [{ crit: ['exp'] }, { b64: false }, { jwk }, { jku: 'https://example.com' }, { x5c: [] }]) {
      expect(reason(`${part({ ...headerOf(jws), ...more })}.${payload}.${signature}`)).toBe('malformed');
    }
  });

  it.each([
    ['nothing', ''],
    ['a word', 'receipt'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${jws}.${signature}`],
    ['an empty part', `${header}..${signature}`],
    ['no base64url', `${header}.${payload}=.${signature}`],
    ['no JSON', `${header}.${Buffer.from('{').toString('base64url')}.${signature}`],
    ['a list', `${header}.${part([facts])}.${signature}`],
    ['null', `${part(null)}.${payload}.${signature}`],
    ['huge', `${header}.${'A'.repeat(600_000)}.${signature}`],
    ['with a line break', `${jws}\n`],
  ])('F6: garbage that is %s', (_what, text) => {
    expect(reason(text)).toBe('malformed');
  });

  it('F6: garbage that is no text', () => {
    for (const value of [undefined, null, 5, {}]) expect(reason(value as string)).toBe('malformed');
  });
});
