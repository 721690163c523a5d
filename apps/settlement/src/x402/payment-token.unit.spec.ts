import { describe, expect, it } from '@jest/globals';
import { createKeyRing } from '#security';
import { verifyRequest, type FacilitatorCall } from '#x402';
import {
  challengeFor,
  challengeOf,
  HELD_AT,
  keys,
  ORG,
  PAYMENT,
  requirements,
  resource,
  tokenFor,
  wire,
} from '../../test-support/scripted.js';
import { readToken, tokenMismatch } from './payment-token.js';
import type { PaymentToken } from './token-claims.js';
import { ledgerRail } from './rails.js';

const parts = { keys, issuer: 'ledger:test' };
const legacy = { amount: '0.05', currency: 'USD', destination: 'writer', nonce: 'n-1' };

function claimsOf(token: string): PaymentToken {
  const read = readToken(parts, token);
  if (!read.ok) throw new Error(read.reason);
  return read.token;
}

describe('the token of a hold', () => {
  it('C5: names the hold, both parties, what is paid and for what, until when', () => {
    expect(claimsOf(tokenFor(challengeFor()))).toEqual({
      iss: 'ledger:test',
      sub: 'agt_payer',
      org: ORG,
      jti: PAYMENT,
      iat: HELD_AT / 1000,
      exp: HELD_AT / 1000 + 60,
      aud: 'writer',
      amount: '50000',
      asset: 'USD',
      network: 'ledger:test',
      scheme: 'exact',
      flow: 'authorization',
      resource: expect.stringMatching(/^[\w-]{43}$/),
      terms: challengeFor().terms_hash,
    });
    expect(claimsOf(tokenFor(challengeOf(legacy)))).toMatchObject({ nonce: 'n-1', aud: 'writer', amount: '50000' });
  });

  it('D6: of the same hold and challenge is the same text, and of another challenge another', () => {
    expect(tokenFor(challengeFor())).toBe(tokenFor(challengeFor()));
    const others = [{ amount: '50001' }, { payTo: 'editor' }, { scheme: 'upto' }, { extra: { note: 'other' } }];
    expect(new Set([challengeFor(), ...others.map(challengeFor)].map((one) => tokenFor(one))).size).toBe(5);
  });

  const CLAIMS = { ...claimsOf(tokenFor(challengeFor())), sid: 'ses_1', nonce: 'n-1' };
  it.each(Object.keys(CLAIMS))('C5: no claim can be changed by whoever carries it: %s', (claim) => {
    const [header, payload, signature] = tokenFor(challengeFor()).split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const value = claims[claim];
    const changed = { ...claims, [claim]: typeof value === 'number' ? value + 1 : `${String(value)}0` };
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url');
    expect(readToken(parts, `${header}.${forged}.${signature}`)).toMatchObject({ ok: false });
  });

  it.each<[string, unknown]>([
    ['a number', 1],
    ['nothing', undefined],
    ['empty text', ''],
    ['no JWS', 'a.b.c'],
    ['an object', { token: tokenFor(challengeFor()) }],
    ['a signature too few', tokenFor(challengeFor()).replace(/\.[^.]*$/, '.')],
    ['another seed', createKeyRing({ seeds: [Buffer.alloc(32, 2)] }).seal(CLAIMS, 'bursar-payment+jwt')],
    ['another type', keys.seal(CLAIMS, 'bursar-other+jwt')],
    ['signed, such as a receipt', keys.sign(CLAIMS, 'bursar-payment+jwt', HELD_AT)],
    ['another deployment', keys.seal({ ...CLAIMS, iss: 'ledger:other' }, 'bursar-payment+jwt')],
  ])('C5: no token is %s', (_what, text) => {
    expect(readToken(parts, text)).toMatchObject({ ok: false, reason: expect.any(String) });
  });
});

describe('what a token pays for', () => {
  function asked(fields: object, call: FacilitatorCall = 'settle', of: { url: string } | undefined = resource) {
    const accepted = { ...requirements, ...fields };
    const { charged, ...required } = accepted as Record<string, unknown>;
    delete (accepted as Record<string, unknown>)['charged'];
    const value = wire({
      x402Version: 2,
      paymentPayload: { x402Version: 2, accepted, payload: {}, ...(of ? { resource: of } : {}) },
      paymentRequirements: charged === undefined ? required : { ...required, amount: charged },
    });
    const verified = verifyRequest(value, call, [ledgerRail('test'), { ...ledgerRail('test'), network: 'ledger:2' }]);
    if (!verified.ok) throw new Error(JSON.stringify(verified.problems));
    return verified.request;
  }
  const exact = claimsOf(tokenFor(challengeFor()));
  const upto = claimsOf(tokenFor(challengeFor({ scheme: 'upto' })));

  it.each([
    ['network', { network: 'ledger:2' }],
    ['scheme', { scheme: 'upto' }],
    ['extra.paymentFlow', { extra: { paymentFlow: 'escrow' } }],
    ['extra.paymentFlow', { extra: { paymentFlow: 'upfront' } }],
    ['asset', { asset: 'JPY' }],
    ['payTo', { payTo: 'editor' }],
    ['payTo', { payTo: 'Writer' }],
    ['amount', { amount: '49999' }],
    ['amount', { amount: '50001' }],
  ])('C5: nothing with another %s', (field, changed) => {
    expect(tokenMismatch(exact, asked(changed))).toBe(field);
  });

  it('C5: nothing of another URL; one that the payer leaves out is not asked for', () => {
    expect(tokenMismatch(exact, asked({}, 'verify', { url: 'https://writer.example/other' }))).toBe('resource');
    expect(tokenMismatch(exact, asked({}))).toBeUndefined();
    expect(tokenMismatch(exact, asked({}, 'settle', undefined))).toBeUndefined();
    const withoutUrl = claimsOf(tokenFor(challengeOf(legacy)));
    expect(tokenMismatch(withoutUrl, asked({}))).toBeUndefined();
  });

  it('B4: under upto any part of what it holds, which has to be accepted whole', () => {
    for (const charged of ['0', '1', '50000'])
      expect(tokenMismatch(upto, asked({ scheme: 'upto', charged }))).toBeUndefined();
    expect(tokenMismatch(upto, asked({ scheme: 'upto', amount: '40000' }))).toBe('amount');
    expect(tokenMismatch(upto, asked({ scheme: 'upto', amount: '60000', charged: '50000' }))).toBe('amount');
  });

  it('B4: v1 names no amount of the payer’s: there exactly the amount or nothing, or up to it under upto', () => {
    const v1 = (scheme: string, maxAmountRequired: string) => {
      const { amount: _amount, ...shared } = requirements;
      const value = wire({
        x402Version: 1,
        paymentPayload: { x402Version: 1, scheme, network: 'ledger:test', payload: {} },
        paymentRequirements: { ...shared, scheme, maxAmountRequired, resource: resource.url, description: '' },
      });
      const verified = verifyRequest(value, 'settle', [ledgerRail('test')]);
      if (!verified.ok) throw new Error(JSON.stringify(verified.problems));
      return verified.request;
    };
    for (const amount of ['50000', '0']) expect(tokenMismatch(exact, v1('exact', amount))).toBeUndefined();
    for (const amount of ['1', '49999', '50001']) expect(tokenMismatch(exact, v1('exact', amount))).toBe('amount');
    for (const amount of ['0', '1', '50000']) expect(tokenMismatch(upto, v1('upto', amount))).toBeUndefined();
    expect(tokenMismatch(upto, v1('upto', '50001'))).toBe('amount');
  });
});
