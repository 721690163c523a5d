import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createKeyRing, verifyWithJwks } from './index.js';

const ring = createKeyRing({ seeds: [Buffer.alloc(32, 1)] });
const typ = 'bursar-test+jwt';
const moment = Date.UTC(2026, 5, 1);
const facts = { iat: moment / 1000, amount: '0.25' };
const jws = ring.sign(facts, typ, moment);
const jwks = ring.jwks(moment, moment);
const key = jwks.keys[0]!;

const reasonWith = (keys: readonly unknown[], text = jws, as = typ) => {
  const result = verifyWithJwks(text, as, { keys });
  return result.ok ? 'accepted' : result.reason;
};

describe('Verifying with public keys alone', () => {
  it('accepts what the ring signed, and gives it back', () => {
    expect(verifyWithJwks(jws, typ, jwks)).toMatchObject({ ok: true, payload: facts });
  });

  it('accepts what was signed before a seed was rotated, as long as its keys are published', () => {
    const both = createKeyRing({ seeds: [Buffer.alloc(32, 2), Buffer.alloc(32, 1)] });
    expect(reasonWith(both.jwks(moment, moment).keys)).toBe('accepted');
    expect(reasonWith(createKeyRing({ seeds: [Buffer.alloc(32, 2)] }).jwks(moment, moment).keys)).toBe('unknown_key');
  });

  it('F6: refuses a signature of another time than its key signs for', () => {
    for (const time of [key.nbf, key.exp - 1]) {
      expect(reasonWith(jwks.keys, ring.sign({ ...facts, iat: time }, typ, moment))).toBe('accepted');
    }
    for (const time of [key.nbf - 1, key.exp, undefined, String(facts.iat), null]) {
      expect(reasonWith(jwks.keys, ring.sign({ ...facts, iat: time }, typ, moment))).toBe('outside_validity');
    }
    const wrong = { ...key, nbf: 'soon' };
    expect(reasonWith([wrong])).toBe('outside_validity');
  });

  it('F6: refuses keys that are none, and keys of another kind under the same name', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const { kid } = key;
    const others = [{ ...rsa, kid }, { ...curve, kid }, { kid, kty: 'oct', k: key.x }, { ...key, x: 'short' }, { kid }];
    for (const other of others) expect(reasonWith([other])).toBe('unknown_key');
    expect(reasonWith([null, 5, 'key', []])).toBe('unknown_key');
    const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    expect(reasonWith([{ ...key, x }])).toBe('wrong_signature');
  });

  it('F6: refuses another type, and garbage', () => {
    expect(reasonWith(jwks.keys, jws, 'bursar-payment+jwt')).toBe('unexpected_type');
    expect(reasonWith(jwks.keys, 'a.b.c')).toBe('malformed');
  });
});
