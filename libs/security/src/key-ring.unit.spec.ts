import { describe, expect, it } from '@jest/globals';
import { createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { createKeyRing, type PublicJwk } from './index.js';

const DAY_MS = 86_400_000;
const PERIOD_MS = 90 * DAY_MS;
const seed = Buffer.alloc(32, 1);
const olderSeed = Buffer.alloc(32, 2);
const ring = createKeyRing({ seeds: [seed] });
/** The first moment of a period, so that a millisecond before it is in another. */
const moment = PERIOD_MS * 229;
const typ = 'bursar-test+jwt';
const facts = { payment: 'pay_1', amount: '0.25' };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const headerOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[0]!, 'base64url').toString()) as object;
const kidOf = (jws: string) => (headerOf(jws) as { kid: string }).kid;

describe('a key ring', () => {
  it('D4: signs the same facts with the same bytes, on every replica and for ever', () => {
    const jws = ring.sign(facts, typ, moment);
    expect(
      createKeyRing({ seeds: [Buffer.alloc(32, 1)] }).sign({ amount: '0.25', payment: 'pay_1' }, typ, moment),
    ).toBe(jws);
    // A version that derives other keys makes everything worthless that was signed before.
    expect(jws).toBe(
      'eyJhbGciOiJFZERTQSIsImtpZCI6ImYzTmJtb1lYLjIyOSIsInR5cCI6ImJ1cnNhci10ZXN0K2p3dCJ9.' +
        'eyJhbW91bnQiOiIwLjI1IiwicGF5bWVudCI6InBheV8xIn0.' +
        'T3DdW012OgdvNNmyG7iS9J56OsbHMOC9IbiOnJK-mTAX3aIA7ymIe6vm1TaiMnKFw4klE4Q0rLz7hgafT-WHAQ',
    );
  });

  it('verifies what it signed, and gives it back', () => {
    expect(ring.verify(ring.sign(facts, typ, moment), typ)).toEqual({
      ok: true,
      header: { alg: 'EdDSA', kid: kidOf(ring.sign(facts, typ, moment)), typ },
      payload: facts,
    });
  });

  it('takes another key each period, and still verifies what the keys before signed', () => {
    const before = ring.sign(facts, typ, moment - 1);
    const first = ring.sign(facts, typ, moment);
    const last = ring.sign(facts, typ, moment + PERIOD_MS - 1);
    const after = ring.sign(facts, typ, moment + PERIOD_MS);
    expect(first).toBe(last);
    expect(new Set([before, first, after].map(kidOf)).size).toBe(3);
    for (const jws of [before, first, after]) expect(ring.verify(jws, typ).ok).toBe(true);
  });

  it('signs with the newest seed, and verifies what older ones signed as long as they are set', () => {
    const old = createKeyRing({ seeds: [olderSeed] });
    const both = createKeyRing({ seeds: [seed, olderSeed] });
    const jws = old.sign(facts, typ, moment);
    expect(both.verify(jws, typ).ok).toBe(true);
    expect(both.sign(facts, typ, moment)).toBe(ring.sign(facts, typ, moment));
    expect(ring.verify(jws, typ)).toEqual({ ok: false, reason: 'unknown_key' });
    expect(both.jwks(moment, moment).keys).toEqual([
      ...ring.jwks(moment, moment).keys,
      ...old.jwks(moment, moment).keys,
    ]);
  });

  it('is not made of nothing, of a short seed, or of one that stands twice', () => {
    expect(() => createKeyRing({ seeds: [] })).toThrow(/needs a signing seed/);
    expect(() => createKeyRing({ seeds: [Buffer.alloc(31)] })).toThrow(/at least 32 bytes/);
    expect(() => createKeyRing({ seeds: [seed, Buffer.alloc(32, 1)] })).toThrow(/stands twice/);
  });

  it('signs no moment that there is not', () => {
    for (const at of [-1, 0.5, NaN, Infinity, 9e15]) expect(() => ring.sign(facts, typ, at)).toThrow(/no moment/);
  });
});

describe('the public keys', () => {
  it('are those of each period from the first moment to the one after the last, with the time each signs for', () => {
    const { keys } = ring.jwks(moment - PERIOD_MS, moment);
    expect(keys.map(({ nbf, exp }) => [nbf, exp])).toEqual(
      [228, 229, 230].map((period) => [(period * PERIOD_MS) / 1000, ((period + 1) * PERIOD_MS) / 1000]),
    );
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3);
    for (const key of keys) expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
  });

  it('verify a signature with any implementation of Ed25519', () => {
    const jws = ring.sign(facts, typ, moment);
    const jwk = ring.jwks(moment, moment).keys.find(({ kid }) => kid === kidOf(jws))!;
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const [header, payload, signature] = jws.split('.');
    const isSigned = (signed: string) => verify(null, Buffer.from(signed), key, Buffer.from(signature!, 'base64url'));
    expect(isSigned(`${header}.${payload}`)).toBe(true);
    expect(isSigned(`${header}.${payload}x`)).toBe(false);
  });

  it('F4: say nothing of the seed or a private key', () => {
    const text = JSON.stringify(ring.jwks(moment, moment));
    for (const form of ['hex', 'base64url', 'base64'] as const) expect(text).not.toContain(seed.toString(form));
    expect(text).not.toContain('"d"');
  });
});

describe('what no seed signed is refused', () => {
  const jws = ring.sign(facts, typ, moment);
  const [header, payload, signature] = jws.split('.') as [string, string, string];
  const jwk = ring.jwks(moment, moment).keys[0] as PublicJwk;
  const reason = (text: string, as = typ) => {
    const result = ring.verify(text, as);
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

  it('F6: signed by a key of another, under the name of ours', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const forged = sign(null, Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
    expect(reason(`${header}.${payload}.${forged}`)).toBe('wrong_signature');
  });

  it('F6: with the algorithm none, or one that takes the public key for a secret', () => {
    for (const alg of ['none', 'None', 'HS256', 'ES256', 'Ed25519', '', undefined, 1]) {
      const other = part({ ...headerOf(jws), alg });
      const mac = createHmac('sha256', Buffer.from(jwk.x, 'base64url'))
        .update(`${other}.${payload}`)
        .digest('base64url');
      for (const end of ['', signature, mac]) expect(reason(`${other}.${payload}.${end}`)).not.toBe('accepted');
      expect(reason(`${other}.${payload}.${mac}`)).toBe('unsupported_algorithm');
    }
  });

  it('F6: for another purpose', () => {
    expect(reason(jws, 'bursar-other+jwt')).toBe('unexpected_type');
    expect(reason(jws, '')).toBe('unexpected_type');
  });

  it('F6: by a key that is none of the ring’s, or is written in another way', () => {
    const [name] = kidOf(jws).split('.');
    for (const kid of [
      '',
      name!,
      `${name}.`,
      `${name}.-1`,
      `${name}.0229`,
      `${name}.229.0`,
      `${name}.2e2`,
      `${name}.1e400`,
      'AAAAAAAA.229',
      '__proto__.1',
    ]) {
      expect(reason(`${part({ ...headerOf(jws), kid })}.${payload}.${signature}`)).toBe('unknown_key');
    }
    expect(reason(`${part({ ...headerOf(jws), kid: `${name}.230` })}.${payload}.${signature}`)).toBe('wrong_signature');
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
