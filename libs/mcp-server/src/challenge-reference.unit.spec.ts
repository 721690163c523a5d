import { describe, expect, it } from '@jest/globals';
import { hasReference } from './challenge-reference.js';

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');
const offer = (extra?: object) => ({ scheme: 'exact', extra });

describe('a challenge with a reference of its own', () => {
  it.each<[string, string | object, boolean]>([
    ['the older form', { amount: '1', nonce: 'n' }, true],
    ['the older form with a number', { amount: '1', nonce: 7 }, true],
    ['the older form as text', '{"amount":"1","nonce":"n"}', true],
    ['the older form in base64', base64({ amount: '1', nonce: 'n' }), true],
    ['the older form without', { amount: '1' }, false],
    ['the older form with an empty one', { amount: '1', nonce: '' }, false],
    ['the scheme Payment', 'Payment id="x", realm="a"', true],
    ['x402 with an identifier', { extensions: { 'payment-identifier': { info: { id: 'order-1' } } } }, true],
    ['x402 that only asks for an identifier', { extensions: { 'payment-identifier': { info: {} } } }, false],
    ['x402 with a nonce in every offer', base64({ accepts: [offer({ nonce: 'a' }), offer({ nonce: 'b' })] }), true],
    ['x402 with a nonce in one of two', { accepts: [offer({ nonce: 'a' }), offer()] }, false],
    ['x402 with no offer', { accepts: [] }, false],
    ['what is no challenge', 'nothing', false],
    ['what is too long', `{"nonce":"${'n'.repeat(70_000)}"}`, false],
    ['a list', '[{"nonce":"n"}]', false],
  ])('C5: is told from one that needs a key: %s', (_name, challenge, has) => {
    expect(hasReference(challenge)).toBe(has);
  });
});
