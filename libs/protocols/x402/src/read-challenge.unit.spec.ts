import { writeJson } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import {
  chain,
  changed,
  ledger,
  legacy,
  paymentRequired,
  paymentRequiredV1,
  rails,
  requirements,
  requirementsV1,
  resource,
  TOKEN,
  wire,
  wireText,
} from '../test-support/envelopes.js';
import { X402_BOUNDS } from './bounds.js';
import { encodeHeader } from './header-codec.js';
import { readChallenge } from './read-challenge.js';

const read = (value: unknown) => readChallenge(wire(value), rails);

function challengeOf(value: unknown) {
  const answer = read(value);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.challenge;
}

const offering = (...accepts: object[]) => ({ ...paymentRequired, accepts });
const asked = {
  scheme: 'exact',
  flow: 'authorization',
  network: 'ledger:test',
  asset: 'USD',
  amount: 50_000n,
  payee: 'writer',
};

describe('one form for whatever an agent met at a 402', () => {
  it('A6: a v2 object', () => {
    const challenge = challengeOf(paymentRequired);
    expect(challenge).toMatchObject({ ...asked, wire: 2, resource: resource.url, timeout_seconds: 60 });
    expect(challenge.reference).toBeUndefined();
    expect(challenge.echo).toEqual({ resource, extensions: undefined });
    expect(writeJson(challenge.accepted)).toBe(JSON.stringify(requirements));
  });

  it('A6: a v1 body, with its version or without', () => {
    const challenge = challengeOf(paymentRequiredV1);
    expect(challenge).toMatchObject({ ...asked, wire: 1, resource: requirementsV1.resource, timeout_seconds: 60 });
    expect(writeJson(challenge.accepted)).toBe(JSON.stringify(requirementsV1));
    expect(read({ accepts: [requirementsV1] })).toEqual(read(paymentRequiredV1));
  });

  it('A6: the older form', () => {
    const challenge = challengeOf(legacy);
    expect(challenge).toMatchObject({ ...asked, wire: 'legacy', reference: 'n-1' });
    expect(writeJson(challenge.accepted)).toBe(JSON.stringify(legacy));
    expect(challengeOf({ ...legacy, resource: resource.url }).resource).toBe(resource.url);
    expect(challenge.flow).toBe('authorization');
    expect(challengeOf({ ...legacy, payment_flow: 'escrow' }).flow).toBe('escrow');
    expect(read({ ...legacy, payment_flow: 'later' })).toMatchObject({ ok: false, code: 'challenge_invalid' });
  });

  it.each([
    ['v2', paymentRequired],
    ['v1', paymentRequiredV1],
    ['the older form', legacy],
  ])('A6: %s reads the same as an object, as a header of base64 and as JSON text', (_what, value) => {
    const object = read(value);
    expect(object.ok).toBe(true);
    expect(readChallenge(encodeHeader(value), rails)).toEqual(object);
    expect(readChallenge(JSON.stringify(value), rails)).toEqual(object);
    expect(readChallenge(` ${JSON.stringify(value, null, 2)} `, rails)).toEqual(object);
  });

  it('A6: the chosen requirement is kept as it was offered, numbers and order included', () => {
    const offer =
      '{"payTo":"writer","scheme":"exact","maxTimeoutSeconds":60.0,"network":"ledger:test","extra":{"z":1e2,"a":[12345678901234567890,0.10]},"asset":"USD","amount":"50000","other":{"x":-0}}';
    const answer = readChallenge(
      wireText(`{"x402Version":2,"resource":{"url":"https://a.example/"},"accepts":[${offer}]}`),
      rails,
    );
    expect(answer.ok && writeJson(answer.challenge.accepted)).toBe(offer);
  });

  it('A6: a token of ours is its asset, in whatever case the address is written', () => {
    const onChain = { ...requirements, network: chain.network, asset: `0x${TOKEN.slice(2).toUpperCase()}` };
    expect(challengeOf(offering(onChain))).toMatchObject({ network: chain.network, asset: 'USD', amount: 50_000n });
  });
});

describe('the first offer that can be paid here is chosen', () => {
  const others: [string, object][] = [
    ['another network', { ...requirements, network: 'eip155:8453' }],
    ['another network, malformed', { network: 'solana:main', scheme: 7 }],
    ['a scheme that is not ours', { ...requirements, scheme: 'batch-settlement' }],
    [
      'a scheme that this network does not have',
      { ...requirements, network: chain.network, asset: TOKEN, scheme: 'upto' },
    ],
    ['a flow that nobody knows', { ...requirements, extra: { paymentFlow: 'later' } }],
    ['a flow that is no text', { ...requirements, extra: { paymentFlow: null } }],
    ['an asset that is not ours', { ...requirements, asset: 'EUR' }],
    ['an object without a network', {}],
  ];

  it.each(others)('A9: %s is passed over', (_what, other) => {
    const offered = { ...requirements, amount: '7' };
    expect(challengeOf(offering(other, offered, requirements)).accepted).toEqual(wire(offered));
  });

  it.each(others)('A9: %s alone is refused', (_what, other) => {
    const answer = read(offering(other));
    expect(answer).toMatchObject({ ok: false, code: 'unsupported_challenge', problems: [{ field: 'accepts' }] });
  });

  it.each(['authorization', 'upfront', 'escrow'] as const)('A6: the flow %s is known', (flow) => {
    expect(challengeOf(offering({ ...requirements, extra: { paymentFlow: flow } })).flow).toBe(flow);
  });

  it('A9: an offer on our own rail that is malformed refuses the challenge', () => {
    const answer = read(offering({ ...requirements, amount: '1.5' }, requirements));
    expect(answer).toMatchObject({ ok: false, code: 'challenge_invalid', problems: [{ field: 'accepts[0].amount' }] });
  });
});

const texts = [undefined, null, 7, '', 'x'.repeat(3000), {}, []];
const amounts = [
  undefined,
  null,
  50_000,
  '',
  '0',
  '-1',
  '+1',
  '1.5',
  '05',
  '1e3',
  ' 1',
  '１',
  '0x10',
  'NaN',
  '9007199254740993',
  '9'.repeat(78),
  '9'.repeat(5000),
];
const timeouts = [undefined, null, '60', 0, -1, 1.5, 31_622_401, 1e30, {}];

/** Each field of a requirement on our rail, with everything that it must not be. */
const wrong: Record<string, unknown[]> = { asset: texts, payTo: [...texts, 'a b', 'ü'], maxTimeoutSeconds: timeouts };
const cases = (object: object, fields: Record<string, unknown[]>) =>
  Object.entries(fields).flatMap(([field, values]) =>
    values.map((value) => [field, JSON.stringify(value)?.slice(0, 40), changed(object, field, value)] as const),
  );

describe('every field of a challenge is checked', () => {
  it.each(cases(requirements, { ...wrong, amount: amounts, extra: [7, 'a', []] }))(
    'A12: v2: %s may not be %s',
    (field, _value, requirement) => {
      const answer = read(offering(requirement));
      expect(answer).toMatchObject({
        ok: false,
        code: 'challenge_invalid',
        problems: [{ field: `accepts[0].${field}` }],
      });
    },
  );

  it.each(
    cases(requirementsV1, {
      ...wrong,
      maxAmountRequired: amounts,
      resource: texts,
      description: [undefined, null, 7, 'x'.repeat(3000)],
      mimeType: [7, {}],
      outputSchema: [7, 'a', []],
      extra: [7, 'a', []],
    }),
  )('A12: v1: %s may not be %s', (field, _value, requirement) => {
    const answer = read({ ...paymentRequiredV1, accepts: [requirement] });
    expect(answer).toMatchObject({
      ok: false,
      code: 'challenge_invalid',
      problems: [{ field: `accepts[0].${field}` }],
    });
  });

  it.each(
    cases(legacy, {
      amount: [
        undefined,
        null,
        true,
        {},
        '',
        '0',
        0,
        -1,
        '-0.05',
        '1e-05',
        'NaN',
        'Infinity',
        '0.0000001',
        '9007199254.740993',
        1e300,
        '1,5',
      ],
      currency: [null, 7, '', 'usd', 'U'.repeat(40)],
      destination: [null, 7, '', 'a b', 'ü', 'x'.repeat(129)],
      nonce: [undefined, null, 7, '', ' n', 'x'.repeat(256), 'a\nb'],
      resource: [7, '', 'x'.repeat(3000)],
    }),
  )('A12: the older form: %s may not be %s', (field, _value, value) => {
    expect(read(value)).toMatchObject({ ok: false, code: 'challenge_invalid', problems: [{ field }] });
  });

  it.each([['currency'], ['destination']])('A12: the older form without its %s is told so', (field) => {
    const answer = read(changed(legacy, field, undefined));
    expect(answer).toMatchObject({
      ok: false,
      code: 'challenge_invalid',
      problems: [{ field, message: 'is missing' }],
    });
  });

  it.each(
    cases(paymentRequired, {
      error: [7, 'x'.repeat(2000)],
      resource: [undefined, null, 'https://a.example/', {}, { url: '' }, { url: 7 }, { url: 'x'.repeat(3000) }],
      accepts: [
        undefined,
        null,
        {},
        [],
        ['x'],
        [null],
        Array.from({ length: X402_BOUNDS.accepts + 1 }, () => requirements),
      ],
      extensions: [7, 'a', []],
    }),
  )('A12: v2: %s may not be %s', (field, _value, value) => {
    const answer = read(value);
    expect(answer).toMatchObject({ ok: false, code: 'challenge_invalid' });
    expect(!answer.ok && answer.problems[0]!.field.startsWith(field)).toBe(true);
  });

  it.each([
    ['the number 0.05', '0.05', 50_000n],
    ['the number 1e-05', '1e-05', 10n],
    ['the text "0.050"', '"0.050"', 50_000n],
    ['the number 0.000001', '0.000001', 1n],
    ['the number 9007199254.740992', '9007199254.740992', 9_007_199_254_740_992n],
  ])('A12: the older form: %s is read from its text', (_what, amount, units) => {
    const answer = readChallenge(
      wireText(`{"amount":${amount},"currency":"USD","destination":"a","nonce":"n"}`),
      rails,
    );
    expect(answer.ok && answer.challenge.amount).toBe(units);
  });

  it('A12: the older form counts in the decimals of its currency', () => {
    expect(challengeOf({ ...legacy, currency: 'JPY', amount: '5' })).toMatchObject({ asset: 'JPY', amount: 50_000n });
  });

  it.each([
    ['null', null],
    ['a number', 402],
    ['a list', [paymentRequired]],
    ['an empty object', {}],
    ['an object of something else', { price: '1' }],
    ['version 3', { ...paymentRequired, x402Version: 3 }],
    ['a version that is text', { ...paymentRequired, x402Version: '2' }],
    ['a currency that is not held here', { ...legacy, currency: 'EUR' }],
  ])('A9: %s is no challenge that can be paid', (_what, value) => {
    expect(read(value)).toMatchObject({ ok: false, code: 'unsupported_challenge' });
  });

  it.each([
    ['text', 'pay me'],
    ['an empty text', ''],
    ['JSON that is cut off', '{"x402Version":2'],
    ['two amounts', '{"amount":"1","amount":"2","currency":"USD","destination":"a","nonce":"n"}'],
    ['too much text', `{"a":"${'x'.repeat(X402_BOUNDS.header_characters)}"}`],
  ])('A12: %s is refused', (_what, text) => {
    expect(readChallenge(text, rails)).toMatchObject({ ok: false, code: 'challenge_invalid' });
  });

  it('A12: an object that is nested without end is refused', () => {
    let deep: JsonObject = {};
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
    expect(readChallenge({ ...paymentRequired, extensions: deep }, rails)).toMatchObject({ code: 'challenge_invalid' });
  });

  it('A9: nothing can be paid where there are no rails', () => {
    for (const value of [paymentRequired, paymentRequiredV1, legacy]) {
      expect(readChallenge(wire(value), [])).toMatchObject({ ok: false, code: 'unsupported_challenge' });
    }
    expect(readChallenge(wire(legacy), [{ ...ledger, schemes: ['upto'] }])).toMatchObject({ ok: false });
  });
});

describe('what makes two challenges the same', () => {
  const identifier = (id: unknown) => ({ ...paymentRequired, extensions: { 'payment-identifier': { info: { id } } } });

  it('C5: the payment identifier is the reference, before a nonce of the server', () => {
    expect(challengeOf(identifier('payment-0123456789')).reference).toBe('payment-0123456789');
    const withNonce = { ...requirements, extra: { nonce: 'n-2' } };
    expect(challengeOf(offering(withNonce)).reference).toBe('n-2');
    expect(challengeOf({ ...identifier('payment-0123456789'), accepts: [withNonce] }).reference).toBe(
      'payment-0123456789',
    );
    expect(
      challengeOf({ ...paymentRequired, extensions: { 'payment-identifier': { info: { required: true } } } }).reference,
    ).toBeUndefined();
  });

  it.each([['short'], ['x'.repeat(129)], ['not allowed: colons'], [7], [null]])(
    'C5: a payment identifier may not be %s',
    (id) => {
      expect(read(identifier(id))).toMatchObject({
        code: 'challenge_invalid',
        problems: [{ field: 'extensions.payment-identifier.info.id' }],
      });
    },
  );

  it.each([[7], [''], ['x'.repeat(256)], [null]])('C5: a nonce in extra may not be %s', (nonce) => {
    expect(read(offering({ ...requirements, extra: { nonce } }))).toMatchObject({
      code: 'challenge_invalid',
      problems: [{ field: 'accepts[0].extra.nonce' }],
    });
  });

  it('C5: the same terms have the same hash, however they are written', () => {
    const reordered = Object.fromEntries(Object.entries(requirements).reverse());
    expect(challengeOf(offering(reordered)).terms_hash).toBe(challengeOf(paymentRequired).terms_hash);
    const spelled = { ...legacy, amount: '0.050', nonce: 'another' };
    expect(challengeOf(spelled).terms_hash).toBe(challengeOf(legacy).terms_hash);
  });

  it.each([
    ['amount', '50001'],
    ['payTo', 'editor'],
    ['asset', 'JPY'],
    ['scheme', 'upto'],
    ['maxTimeoutSeconds', 61],
    ['extra', { paymentFlow: 'upfront' }],
    ['extra', { other: 1 }],
  ])('C5: another %s is another hash', (field, value) => {
    const other = challengeOf(offering(changed(requirements, field, value)));
    expect(other.terms_hash).not.toBe(challengeOf(paymentRequired).terms_hash);
  });

  it.each([
    ['amount', '0.051'],
    ['currency', 'JPY'],
    ['destination', 'editor'],
    ['resource', 'https://a.example/'],
  ])('C5: the older form: another %s is another hash', (field, value) => {
    expect(challengeOf(changed(legacy, field, value)).terms_hash).not.toBe(challengeOf(legacy).terms_hash);
  });

  it('C5: another resource is another hash', () => {
    const other = challengeOf({ ...paymentRequired, resource: { url: 'https://writer.example/other' } });
    expect(other.terms_hash).not.toBe(challengeOf(paymentRequired).terms_hash);
  });
});
