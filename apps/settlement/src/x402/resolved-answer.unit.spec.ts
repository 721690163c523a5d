import { writeJson } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { decodeHeader, type Challenge } from '#x402';
import { challengeOf, details, HELD_AT, PAYMENT, requirements, resource } from '../../test-support/scripted.js';
import { resolvedAnswer } from './resolved-answer.js';

const hold = { details, expires_at: HELD_AT + 60_000 };
const answerFor = (challenge: Challenge) =>
  JSON.parse(writeJson(resolvedAnswer(challenge, hold, 'a.b.c', '3:9'))) as Record<string, unknown>;

function headerOf(challenge: Challenge): unknown {
  const read = decodeHeader(String(answerFor(challenge)['header_value']));
  if (!read.ok) throw new Error('no header');
  return JSON.parse(writeJson(read.value));
}

describe('the answer to a challenge', () => {
  it('D6: tells the hold, and is the same text each time', () => {
    const challenge = challengeOf({ x402Version: 2, resource, accepts: [requirements] });
    expect(answerFor(challenge)).toMatchObject({
      payment_id: PAYMENT,
      hold_id: PAYMENT,
      payment_token: 'a.b.c',
      amount: '0.05',
      currency: 'USD',
      payer: { agent_id: 'agt_payer', handle: 'payer' },
      payee: 'writer',
      session_id: null,
      expires_at: '2026-03-04T12:01:00.000Z',
      receipt_id: PAYMENT.replace('pay_', 'rcpt_'),
      position: '3:9',
    });
    expect(writeJson(resolvedAnswer(challenge, hold, 'a.b.c', '3:9'))).toBe(
      writeJson(resolvedAnswer(challenge, hold, 'a.b.c', '3:9')),
    );
  });

  it('A6: in v2 echoes the chosen offer as it came, with resource and extensions', () => {
    const offer = { ...requirements, maxTimeoutSeconds: 60, extra: { b: 1, a: [1.5, null] } };
    const extensions = { bazaar: { info: {} } };
    const challenge = challengeOf({
      x402Version: 2,
      resource,
      accepts: [{ ...offer, network: 'ach:us' }, offer],
      extensions,
    });
    const expected = { x402Version: 2, resource, accepted: offer, payload: { token: 'a.b.c' }, extensions };
    expect(headerOf(challenge)).toEqual(expected);
    expect(answerFor(challenge)).toMatchObject({
      header_name: 'PAYMENT-SIGNATURE',
      payment_payload: expected,
      accepted: offer,
    });
  });

  it('C1: a payment-identifier is filled in where the server asks for one, and left where it named one', () => {
    const withInfo = (info: object) =>
      headerOf(
        challengeOf({
          x402Version: 2,
          resource,
          accepts: [requirements],
          extensions: { 'payment-identifier': { info, schema: {} } },
        }),
      );
    expect(withInfo({ required: true })).toMatchObject({
      extensions: { 'payment-identifier': { info: { required: true, id: PAYMENT }, schema: {} } },
    });
    const named = { required: true, id: 'order-0000000000001' };
    expect(withInfo(named)).toMatchObject({ extensions: { 'payment-identifier': { info: named } } });
    expect(PAYMENT).toMatch(/^[A-Za-z0-9_-]{16,128}$/);
  });

  it('A6: in v1 and in the older form is what their readers take', () => {
    const { amount: maxAmountRequired, ...shared } = requirements;
    const offer = { ...shared, maxAmountRequired, resource: resource.url, description: 'A page' };
    const v1 = challengeOf({ x402Version: 1, accepts: [offer] });
    expect(answerFor(v1)['header_name']).toBe('X-PAYMENT');
    expect(headerOf(v1)).toEqual({
      x402Version: 1,
      scheme: 'exact',
      network: 'ledger:test',
      payload: { token: 'a.b.c' },
    });
    const older = challengeOf({ amount: 0.05, currency: 'USD', destination: 'writer', nonce: 'n-1' });
    expect(answerFor(older)).toMatchObject({ header_name: 'X-Payment', header_value: 'a.b.c' });
    expect(answerFor(older)).not.toHaveProperty('payment_payload');
  });
});
