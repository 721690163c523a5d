import { describe, expect, it } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { createKeyRing } from './index.js';

const DAY_MS = 86_400_000;
const PERIOD_MS = 90 * DAY_MS;
const seed = Buffer.alloc(32, 1);
const olderSeed = Buffer.alloc(32, 2);
const ring = createKeyRing({ seeds: [seed] });
/** The first moment of a period, so that a millisecond before it is in another. */
const moment = PERIOD_MS * 229;
const typ = 'bursar-test+jwt';
const facts = { payment: 'pay_1', amount: '0.25' };

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

  it('takes another key each period', () => {
    const before = ring.sign(facts, typ, moment - 1);
    const first = ring.sign(facts, typ, moment);
    const last = ring.sign(facts, typ, moment + PERIOD_MS - 1);
    const after = ring.sign(facts, typ, moment + PERIOD_MS);
    expect(first).toBe(last);
    expect(new Set([before, first, after].map(kidOf)).size).toBe(3);
  });

  it('signs with the newest seed, and publishes the keys of older ones as long as they are set', () => {
    const old = createKeyRing({ seeds: [olderSeed] });
    const both = createKeyRing({ seeds: [seed, olderSeed] });
    expect(both.sign(facts, typ, moment)).toBe(ring.sign(facts, typ, moment));
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
