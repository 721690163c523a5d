import { describe, expect, it } from '@jest/globals';
import { readCredential } from '#mpp';
import { verifyRequest } from '#x402';
import { metChallenge, paymentSchemeHeader } from '../../test-support/payment-scheme.js';
import {
  challengeFor,
  details,
  HELD_AT,
  keys,
  requirements,
  resource,
  tokenFor,
  wire,
} from '../../test-support/scripted.js';
import { Answered } from '../refused.js';
import { readMetChallenge } from './met-challenge.js';
import { readToken, tokenMismatch } from './payment-token.js';
import { ledgerRail } from './rails.js';
import { resolvedAnswer } from './resolved-answer.js';

const parts = { keys, issuer: 'ledger:test', rails: [ledgerRail('test')] };
const EXPIRES = '2026-03-04T12:01:00Z';

function claimsOf(token: string) {
  const read = readToken(parts, token);
  if (!read.ok) throw new Error(read.reason);
  return read.token;
}

function refusalOf(challenge: string | Record<string, unknown>): unknown {
  try {
    return readMetChallenge(parts, { challenge });
  } catch (thrown) {
    if (thrown instanceof Answered) return thrown.answer;
    throw thrown;
  }
}

describe('A challenge of the scheme Payment', () => {
  it('A6: is the same terms as the offer of x402 for the same', () => {
    const met = metChallenge(paymentSchemeHeader());
    const { accepted: _accepted, echo: _echo, timeout_seconds: _timeout, terms_hash: _terms, ...same } = challengeFor();
    expect(met).toMatchObject({ ...same, wire: 'mpp', reference: met.challenge.id });
    expect(met).not.toHaveProperty('ends_at');
    expect(met).not.toHaveProperty('timeout_seconds');
    expect(metChallenge(paymentSchemeHeader({ expires: EXPIRES })).ends_at).toBe(Date.parse(EXPIRES));
  });

  it('A9: what is wrong with it is named, as with the other forms', () => {
    expect(refusalOf(paymentSchemeHeader({ expires: 'soon' }))).toMatchObject({
      code: 'challenge_invalid',
      problems: [{ field: 'challenge.expires', message: expect.any(String) }],
    });
    expect(refusalOf(paymentSchemeHeader({ method: 'tempo' }))).toMatchObject({
      code: 'unsupported_challenge',
      problems: [{ field: 'challenge.WWW-Authenticate' }],
    });
    expect(refusalOf({ x402Version: 3 })).toMatchObject({ problems: [{ field: 'challenge.x402Version' }] });
  });

  it('D6: its answer is the credential that the retry carries, and the same text each time', () => {
    const met = metChallenge(paymentSchemeHeader({ expires: EXPIRES, digest: 'sha-256=:a:', opaque: 'e30' }));
    const answer = () => resolvedAnswer(met, { details, expires_at: HELD_AT + 1 }, 'a.b.c', '3:9');
    expect(answer()).toMatchObject({
      header_name: 'Authorization',
      payment_token: 'a.b.c',
      payee: 'writer',
      scheme: 'exact',
    });
    expect(readCredential(answer().header_value)).toEqual({
      ok: true,
      credential: { challenge: met.challenge, payload: { token: 'a.b.c' } },
    });
    expect(answer()).toEqual(answer());
  });
});

describe('Its token', () => {
  const met = metChallenge(paymentSchemeHeader());
  const token = claimsOf(tokenFor(met));

  function asked(payload: object = {}, fields: object = {}, of = resource) {
    const accepted = { ...requirements, ...fields };
    const paymentPayload = { x402Version: 2, accepted, payload, resource: of };
    const verified = verifyRequest(
      wire({ x402Version: 2, paymentPayload, paymentRequirements: accepted }),
      'settle',
      parts.rails,
    );
    if (!verified.ok) throw new Error(JSON.stringify(verified.problems));
    return verified.request;
  }

  it('C5: names the challenge, its terms and what x402’s names', () => {
    expect(token).toEqual({ ...claimsOf(tokenFor(challengeFor())), nonce: met.challenge.id, terms: met.terms_hash });
    const other = metChallenge(paymentSchemeHeader({ opaque: 'e30' }));
    expect(other.terms_hash).not.toBe(met.terms_hash);
    expect(claimsOf(tokenFor(other)).nonce).not.toBe(token.nonce);
  });

  it.each<[string, object, object, typeof resource]>([
    ['amount', {}, { amount: '50001' }, resource],
    ['payTo', {}, { payTo: 'editor' }, resource],
    ['asset', {}, { asset: 'JPY' }, resource],
    ['scheme', {}, { scheme: 'upto' }, resource],
    ['extra.paymentFlow', {}, { extra: { paymentFlow: 'escrow' } }, resource],
    ['resource', {}, {}, { url: 'https://writer.example/other' }],
    ['challenge', { challenge_id: 'other' }, {}, resource],
    ['challenge', { challenge_id: 5 }, {}, resource],
    ['challenge', { challenge_id: null }, {}, resource],
    ['challenge', { challenge_id: '' }, {}, resource],
  ])('C5: pays for nothing with another %s (case %#)', (field, payload, fields, of) => {
    expect(tokenMismatch(token, asked(payload, fields, of))).toBe(field);
  });

  it('A6: passes where its own challenge is named and where none is; one that answers no challenge by name does not', () => {
    expect(tokenMismatch(token, asked({ challenge_id: met.challenge.id }))).toBeUndefined();
    expect(tokenMismatch(token, asked())).toBeUndefined();
    const ofX402 = claimsOf(tokenFor(challengeFor()));
    expect(tokenMismatch(ofX402, asked({ challenge_id: met.challenge.id }))).toBe('challenge');
  });
});
