import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemSchema, settleAnswerSchema, verifyAnswerSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import type { PlainAnswer } from '../support/plain-http.js';
import { bodyV1, bodyV2, challengeV1, challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
let token: string;
beforeAll(async () => {
  world = await EndToEnd.begin();
  market = await openMarket(world);
  const { json } = await market.x402.resolve(market.buyer.token, challengeV2());
  token = String(json['payment_token']);
}, 120_000);
afterAll(() => world?.end());

/** Values that no field of these envelopes takes. */
const WRONG: readonly unknown[] = [
  -1,
  0,
  1.5,
  1e300,
  true,
  [],
  {},
  '',
  '-1',
  '1.5',
  '1e3',
  '+1',
  ' 1',
  '١',
  'NaN',
  '0x10',
  'x'.repeat(3000),
  'a\u0000b',
  '\ud800',
  null,
];

/** The envelope with one field changed; `undefined` leaves it out. */
function changed(envelope: object, path: string, value: unknown): object {
  const copy = JSON.parse(JSON.stringify(envelope)) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  let at = copy;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 40);
}

async function events(): Promise<number> {
  let count = 0;
  for await (const _ of market.client.events.each()) count += 1;
  return count;
}

/** Answers that are not refusals in the shape that they must have; the log and what is held must not have moved. */
async function expectRefused(
  calls: readonly (readonly [string, () => Promise<PlainAnswer>])[],
  isRefusal: (answer: PlainAnswer) => boolean,
): Promise<void> {
  const before = [await events(), (await moneyOf(market)).held];
  const wrong: object[] = [];
  for (let from = 0; from < calls.length; from += 8)
    await Promise.all(
      calls.slice(from, from + 8).map(async ([what, call]) => {
        const answer = await call();
        if (!isRefusal(answer)) wrong.push({ what, status: answer.status, text: answer.text.slice(0, 300) });
      }),
    );
  expect(wrong).toEqual([]);
  expect([await events(), (await moneyOf(market)).held]).toEqual(before);
}

function isProblem({ status, json }: PlainAnswer): boolean {
  const problem = problemSchema.safeParse(json);
  return problem.success && problem.data.status === status && [400, 404, 413, 415, 422].includes(status);
}

function isInvalid({ status, json }: PlainAnswer): boolean {
  const { success, data } = verifyAnswerSchema.safeParse(json);
  return success && [200, 400].includes(status) && !data.isValid && data.invalidReason !== undefined;
}

function isFailed({ status, json }: PlainAnswer): boolean {
  const { success, data } = settleAnswerSchema.safeParse(json);
  return success && [200, 400].includes(status) && !data.success && data.errorReason !== undefined;
}

describe('A challenge that cannot be paid is refused by name, and nothing is held', () => {
  it.each([
    ['v2', () => challengeV2(), ['x402Version', 'resource', 'resource.url', 'accepts', ...of('accepts.0.', 'amount')]],
    ['v1', () => challengeV1(), ['x402Version', 'accepts', ...of('accepts.0.', 'maxAmountRequired')]],
    ['the older form', () => legacyChallenge('n-1'), ['amount', 'currency', 'destination', 'nonce']],
  ] as const)(
    'A9 A12: %s',
    async (_form, challenge, fields) => {
      const calls = fields.flatMap((field) =>
        [undefined, ...WRONG]
          .filter((value) => !isTaken(field, value))
          .map((value) => {
            const spoiled = changed(challenge(), field, value);
            return [`${field}: ${shown(value)}`, () => market.x402.resolve(market.buyer.token, spoiled)] as const;
          }),
      );
      expect(calls.length).toBeGreaterThan(60);
      await expectRefused(calls, isProblem);
    },
    120_000,
  );

  function of(at: string, amount: string): string[] {
    return ['scheme', 'network', amount, 'asset', 'payTo', 'maxTimeoutSeconds'].map((field) => at + field);
  }

  /** Odd, and still what the form allows. */
  function isTaken(field: string, value: unknown): boolean {
    if (field === 'x402Version' && value === undefined) return true;
    if (field === 'amount') return value === 1.5 || value === '1.5';
    if (field === 'nonce') return typeof value === 'string' && /^[!-~]+$/.test(value) && value.length < 256;
    if (field === 'resource.url')
      return typeof value === 'string' && value.length > 0 && /^[^\0\ud800]{1,2048}$/.test(value);
    return false;
  }

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['a list', []],
    ['empty text', ''],
    ['text that is no header', 'hello'],
    ['base64 of no JSON', Buffer.from('hello').toString('base64')],
    ['base64 of a list', Buffer.from('[]').toString('base64')],
    ['base64url', 'eyJ-_'],
    ['a token', 'a.b.c'],
    ['an empty object', {}],
    ['no offers', challengeV2({}, { accepts: [] })],
    ['33 offers', challengeV2({}, { accepts: Array.from({ length: 33 }, () => challengeV2().accepts[0]) })],
    ['no offer of ours', challengeV2({ network: 'eip155:8453' })],
    ['no network of ours', challengeV2({ network: 'ledger:other' })],
    ['no scheme of ours', challengeV2({ scheme: 'auth-capture' })],
    ['no flow that is known', challengeV2({ extra: { paymentFlow: 'later' } })],
    ['no asset of ours', challengeV2({ asset: 'XAU' })],
    ['more than 2^63', challengeV2({ amount: '9223372036854775808' })],
    ['more than 2^256', challengeV2({ amount: '1'.repeat(78) })],
    ['a payee that is no name', challengeV2({ payTo: 'a/b' })],
    ['a payee that is an address nobody registered', challengeV2({ payTo: `0x${'0'.repeat(40)}!` })],
    [
      'a payment-identifier too short',
      challengeV2({}, { extensions: { 'payment-identifier': { info: { id: 'short' } } } }),
    ],
    ['a nonce that is no text', challengeV2({ extra: { nonce: 7 } })],
    ['extra without end', challengeV2({ extra: JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown })],
    ['version 3', { ...challengeV2(), x402Version: 3 }],
    ['more decimals than there are', legacyChallenge('n', { amount: '0.0000001' })],
    ['an exponent in text', legacyChallenge('n', { amount: '5e-2' })],
    ['a nonce of 256 characters', legacyChallenge('n'.repeat(256))],
  ])('A9: %s', async (_what, challenge) => {
    await expectRefused([['it', () => market.x402.resolve(market.buyer.token, challenge)]], isProblem);
  });

  it('F7: a payee that is not there, or is the payer, holds nothing', async () => {
    const ask = (payTo: string) => market.x402.resolve(market.buyer.token, challengeV2({ payTo }));
    const notThere = await ask('nobody-there');
    expect([notThere.status, notThere.json['code']]).toEqual([404, 'payee_not_found']);
    expect((await ask('buyer')).json['code']).toBe('payee_is_payer');
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
  });
});

describe('A call of a facilitator that is wrong fails in the protocol’s shape, and nothing is moved', () => {
  const doors = [
    ['verify', isInvalid],
    ['settle', isFailed],
  ] as const;
  const REQUIREMENT = ['scheme', 'network', 'asset', 'payTo', 'maxTimeoutSeconds'];
  const forms = [
    [
      'v2',
      bodyV2,
      [
        ...['x402Version', 'paymentPayload', 'paymentRequirements'],
        ...['x402Version', 'accepted', 'payload', 'payload.token', 'resource.url'].map(
          (one) => `paymentPayload.${one}`,
        ),
        ...[...REQUIREMENT, 'amount'].flatMap((one) => [
          `paymentPayload.accepted.${one}`,
          `paymentRequirements.${one}`,
        ]),
      ],
    ],
    [
      'v1',
      bodyV1,
      [
        ...['x402Version', 'paymentPayload', 'paymentRequirements'],
        ...['x402Version', 'scheme', 'network', 'payload', 'payload.token'].map((one) => `paymentPayload.${one}`),
        ...[...REQUIREMENT, 'maxAmountRequired', 'resource'].map((one) => `paymentRequirements.${one}`),
      ],
    ],
  ] as const;
  const table = doors.flatMap(([door, isRefusal]) =>
    forms.map(([form, body, fields]) => [door, form, isRefusal, body, fields] as const),
  );

  it.each(table)(
    'A9 A12: %s of %s',
    async (door, _form, isRefusal, body, fields) => {
      const right = body(token);
      const calls = fields.flatMap((field) =>
        [undefined, ...WRONG].map((value) => {
          const spoiled = changed(right, field, value);
          return [`${field}: ${shown(value)}`, () => market.x402[door](market.seller.token, spoiled)] as const;
        }),
      );
      await expectRefused(calls, isRefusal);
    },
    120_000,
  );

  it.each(doors)('C5: %s of a token for something else', async (door, isRefusal) => {
    const others: [string, object][] = [
      ['network', { network: 'ledger:other' }],
      ['scheme', { scheme: 'upto' }],
      ['asset', { asset: 'JPY' }],
      ['payee', { payTo: 'buyer' }],
      ['less', { amount: '49999' }],
      ['more', { amount: '50001' }],
      ['another flow', { extra: { paymentFlow: 'escrow' } }],
    ];
    const bodies = others.flatMap(([what, fields]): [string, object][] => [
      [what, bodyV2(token, fields)],
      [`${what} (v1)`, bodyV1(token, 'amount' in fields ? { maxAmountRequired: fields.amount } : fields)],
    ]);
    const url = 'https://seller.example/other';
    bodies.push(['resource', changed(bodyV2(token), 'paymentPayload.resource.url', url)]);
    bodies.push(['resource (v1)', bodyV1(token, { resource: url })]);
    for (const part of [0, 1, 2]) {
      const parts = token.split('.');
      parts[part] = `${parts[part]!.slice(0, -2)}${parts[part]!.endsWith('AA') ? 'BB' : 'AA'}`;
      bodies.push([`part ${part} of the token`, bodyV2(parts.join('.'))]);
    }
    await expectRefused(
      bodies.map(([what, body]) => [what, () => market.x402[door](market.seller.token, body)]),
      isRefusal,
    );
  });

  it.each(doors)('A10: what the edge itself refuses of %s is in that shape too', async (door, _isRefusal) => {
    const send = (body: string | Buffer, headers: Record<string, string> = {}, query = '') =>
      world.call('POST', `/x402/${door}${query}`, { token: market.seller.token, body, headers });
    const right = JSON.stringify(bodyV2(token));
    const shaped = { 415: 'content_type_unsupported', 413: 'invalid_payload', 400: 'invalid_payload' } as const;
    const answers: [PlainAnswer, number, string][] = [
      [await send('{"a":'), 400, shaped[400]],
      [await send(`${right} {}`), 400, shaped[400]],
      [await send('{"x402Version":NaN}'), 400, shaped[400]],
      [await send('[]'), 400, shaped[400]],
      [await send('{"a":1,"a":2}'), 400, shaped[400]],
      [await send(Buffer.from([0x22, 0xc3, 0x28, 0x22])), 400, shaped[400]],
      [await send(`{"a":"${'x'.repeat(66_000)}"}`), 413, shaped[413]],
      [await send(right, { 'content-type': 'text/plain' }), 415, shaped[415]],
      [await send(right, {}, '?surprise=1'), 422, 'query_invalid'],
      [await send(right, { 'idempotency-key': 'k'.repeat(256) }), 422, 'header_invalid'],
    ];
    for (const [answer, status, reason] of answers) {
      const { json, headers } = answer;
      expect([answer.status, json['invalidReason'] ?? json['errorReason']]).toEqual([status, reason]);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      if (door === 'verify') expect(json).toMatchObject({ isValid: false, invalidMessage: expect.any(String) });
      else expect(json).toMatchObject({ success: false, transaction: '', network: expect.any(String) });
    }
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
  });
});

describe('A token that is redeemed for something else', () => {
  it('C5 A12: is refused by name, and the hold stays', async () => {
    const { x402, buyer, seller } = market;
    const older = (await x402.resolve(buyer.token, legacyChallenge('n-1'))).json['payment_token'];
    const fields: [string, object][] = [
      ['less', { amount: '0.04' }],
      ['more', { amount: 0.06 }],
      ['another currency', { currency: 'JPY' }],
      ['another nonce', { nonce: 'n-2' }],
      ['an unknown field', { surprise: 1 }],
      ...WRONG.filter((value) => value !== null).map((value): [string, object] => [
        `amount ${shown(value)}`,
        { amount: value },
      ]),
    ];
    const calls = fields.map(([what, more]) => [what, () => x402.redeem(seller.token, older, more)] as const);
    const tokens = [undefined, ...WRONG].map(
      (value) => [`token ${shown(value)}`, () => x402.redeem(seller.token, value)] as const,
    );
    await expectRefused([...calls, ...tokens], isProblem);
  });
});

it('B3: after all that each token is still good, once', async () => {
  expect(await moneyOf(market)).toEqual({ held: 0.1, earned: 0 });
  const { x402, seller, buyer } = market;
  expect((await x402.settle(seller.token, bodyV2(token))).json).toMatchObject({ success: true });
  const older = (await x402.resolve(buyer.token, legacyChallenge('n-1'))).json['payment_token'];
  expect((await x402.redeem(seller.token, older, { nonce: 'n-1', currency: 'USD' })).status).toBe(200);
  expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.1 });
});
