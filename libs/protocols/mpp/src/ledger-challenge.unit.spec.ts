import { describe, expect, it } from '@jest/globals';
import {
  b64,
  EXPIRES,
  header,
  idOf,
  KEY,
  NETWORK,
  parameters,
  request,
  type Parameters,
} from '../test-support/challenges.js';
import { MPP_BOUNDS } from './bounds.js';
import { writeCharge } from './ledger-charge.js';
import { isPaymentChallenge, readLedgerChallenge } from './ledger-challenge.js';
import { challengeId, isOwnChallenge, writePaymentChallenge } from './payment-challenge.js';

const read = (text: string) => readLedgerChallenge(text, NETWORK);
const readOf = (changed: Parameters) => read(header(parameters(changed)));
const asking = (changed: object) => readOf({ request: b64({ ...request, ...changed }) });
const detailed = (changed: object) => asking({ methodDetails: { ...request.methodDetails, ...changed } });

function challengeOf(text: string) {
  const answer = read(text);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.challenge;
}

/** What is wrong, by field. */
function faultOf(answer: ReturnType<typeof read>): unknown {
  return answer.ok ? 'ok' : [answer.code, answer.problems[0]!.field];
}

describe('A challenge of the method ledger', () => {
  it('A6: is read with all that it says, and written back as it came', () => {
    const fields = parameters({ digest: 'sha-256=:X48E9qOo=:', opaque: b64({ order: '7' }), description: 'A page' });
    const read = challengeOf(header(fields));
    expect(read).toEqual({
      amount: 50_000n,
      asset: 'USD',
      recipient: 'writer',
      network: NETWORK,
      flow: 'authorization',
      resource: 'https://writer.example/page',
      challenge: fields,
      ends_at: Date.parse(EXPIRES),
      terms_hash: expect.stringMatching(/^v1:/),
    });
    expect(challengeOf(writePaymentChallenge(read.challenge))).toEqual(read);
  });

  it('A6: needs no expires, and its times may have an offset', () => {
    expect(challengeOf(header(parameters({ expires: undefined })))).not.toHaveProperty('ends_at');
    expect(challengeOf(header(parameters({ expires: '2026-03-04T13:01:00+01:00' }))).ends_at).toBe(Date.parse(EXPIRES));
  });

  it('A6: is the first that can be paid here, whatever stands beside it', () => {
    const ours = header(parameters());
    const others = [
      'Bearer realm="x"',
      header({ id: 'a', realm: 'r', method: 'tempo', intent: 'charge', request: '!' }),
      header(parameters({ intent: 'session' })),
      header(parameters({}, { ...request, methodDetails: { network: 'ledger:other' } })),
      header(parameters({ header: 'X-Credential' })),
    ];
    const second = header(parameters({ realm: 'second' }));
    expect(challengeOf([...others, ours, second].join(', ')).challenge.realm).toBe('writer.example');
    for (const other of others) expect(read(other)).toMatchObject({ ok: false, code: 'unsupported_challenge' });
    expect(faultOf(read(others.join(', ')))).toEqual(['unsupported_challenge', 'request.methodDetails.network']);
    expect(challengeOf(header(parameters({ header: 'authorization', later: 'x' }))).challenge).toEqual(parameters());
  });

  it.each(['id', 'realm', 'request'])('A9: without %s it is refused', (name) => {
    expect(faultOf(readOf({ [name]: undefined }))).toEqual(['challenge_invalid', name]);
  });

  it.each(['method', 'intent'])('A9: without %s it is none of ours', (name) => {
    expect(faultOf(readOf({ [name]: undefined }))).toEqual(['unsupported_challenge', 'WWW-Authenticate']);
  });

  it.each(['id', 'realm', 'method', 'intent', 'request', 'expires', 'digest', 'description', 'opaque'])(
    'A9: with %s twice it is refused, even where both say the same',
    (name) => {
      const fields = parameters({ digest: 'd', description: 'd', opaque: 'd' });
      const twice = `${header(fields)}, ${name.toUpperCase()}="${fields[name]}"`;
      expect(faultOf(read(twice))).toEqual(['challenge_invalid', name]);
    },
  );

  it.each<[string, string]>([
    ['id', ''],
    ['id', ' a'],
    ['id', 'a '],
    ['id', 'é'],
    ['id', 'a'.repeat(MPP_BOUNDS.id_characters + 1)],
    ['realm', 'a'.repeat(MPP_BOUNDS.realm_characters + 1)],
    ['request', ''],
    ['request', 'e30='],
    ['request', '!'],
    ['request', 'e31'],
    ['request', b64('[]')],
    ['request', b64('{')],
    ['request', b64('{"amount":"1","amount":"2"}')],
    ['request', Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')],
    ['request', b64({ ...request, note: 'a'.repeat(MPP_BOUNDS.request_characters) })],
    ['expires', ''],
    ['expires', 'soon'],
    ['expires', '2026-03-04'],
    ['expires', '2026-02-30T00:00:00Z'],
    ['expires', '2026-03-04T12:01:00'],
    ['expires', '1772625660'],
    ['digest', ''],
    ['digest', 'é'],
    ['digest', 'a'.repeat(MPP_BOUNDS.digest_characters + 1)],
    ['description', 'a'.repeat(MPP_BOUNDS.description_characters + 1)],
    ['description', '\ud800'],
    ['opaque', ''],
    ['opaque', '{}'],
    ['opaque', 'a'.repeat(MPP_BOUNDS.opaque_characters + 1)],
  ])('A9: with a %s that is none it is refused (case %#)', (name, value) => {
    expect(faultOf(readOf({ [name]: value }))).toEqual(['challenge_invalid', name]);
  });

  it.each<[string, object]>([
    ['amount', { amount: undefined }],
    ...['', '0', '00', '-1', '+1', '1.5', '1e3', '0x1', ' 1', '٣', '9007199254740993', '9'.repeat(40)].map(
      (amount): [string, object] => ['amount', { amount }],
    ),
    ['amount', { amount: 50_000 }],
    ['amount', { amount: null }],
    ['currency', { currency: undefined }],
    ['currency', { currency: '' }],
    ['currency', { currency: 5 }],
    ['recipient', { recipient: undefined }],
    ['recipient', { recipient: '' }],
    ['recipient', { recipient: 'a'.repeat(130) }],
    ['recipient', { recipient: ['writer'] }],
    ['description', { description: 5 }],
    ['description', { description: 'a'.repeat(2049) }],
    ['externalId', { externalId: {} }],
    ['methodDetails', { methodDetails: undefined }],
    ['methodDetails', { methodDetails: 'ledger:test' }],
    ['methodDetails.network', { methodDetails: {} }],
    ['methodDetails.network', { methodDetails: { network: 5 } }],
    ...[6, '2', '-6', ''].map((decimals): [string, object] => [
      'methodDetails.decimals',
      { methodDetails: { network: NETWORK, decimals } },
    ]),
    ['methodDetails.paymentFlow', { methodDetails: { network: NETWORK, paymentFlow: 'later' } }],
    ['methodDetails.resource', { methodDetails: { network: NETWORK, resource: 5 } }],
    ['methodDetails.resource', { methodDetails: { network: NETWORK, resource: 'a'.repeat(2049) } }],
  ])('A9: that asks with another %s than the method knows is refused (case %#)', (field, changed) => {
    expect(faultOf(asking(changed))).toEqual(['challenge_invalid', `request.${field}`]);
  });

  it.each(['usd', 'EUR2', '0x20c0000000000000000000000000000000000000', '__proto__'])(
    'A9: in %s it is not paid here: whoever writes usd may count in cents',
    (currency) => {
      expect(faultOf(asking({ currency }))).toEqual(['unsupported_challenge', 'request.currency']);
    },
  );

  it('A6: the flows are those of x402, and the greatest amount passes', () => {
    for (const flow of ['authorization', 'upfront', 'escrow'])
      expect(detailed({ paymentFlow: flow })).toMatchObject({ ok: true, challenge: { flow } });
    expect(asking({ amount: '9007199254740992' })).toMatchObject({ ok: true });
  });

  it('A6: what is written for a charge is read as that charge, and is always the same text', () => {
    const charge = { amount: 1n, asset: 'JPY', recipient: 'writer', network: NETWORK, flow: 'escrow' } as const;
    const text = writeCharge({ ...charge, resource: 'https://a.example/ü' });
    expect(Buffer.from(text, 'base64url').toString()).toBe(
      '{"amount":"1","currency":"JPY","methodDetails":{"decimals":"4","network":"ledger:test","paymentFlow":"escrow","resource":"https://a.example/ü"},"recipient":"writer"}',
    );
    expect(readOf({ request: text })).toMatchObject({
      ok: true,
      challenge: { amount: 1n, asset: 'JPY', flow: 'escrow' },
    });
  });

  it('C5: its terms are all that it says: nothing can change and be the same terms', () => {
    const full = parameters({ digest: 'd', opaque: b64({ a: 'b' }), description: 'A page' });
    const terms = (changed: Parameters) => challengeOf(header({ ...full, ...changed })).terms_hash;
    expect(terms({})).toBe(terms({}));
    for (const changed of [
      { id: 'other' },
      { realm: 'other' },
      { request: b64({ ...request, amount: '50001' }) },
      { expires: '2026-03-04T12:02:00.000Z' },
      { expires: undefined },
      { digest: 'e' },
      { digest: undefined },
      { opaque: b64({ a: 'c' }) },
      { description: 'Another page' },
    ])
      expect(terms(changed)).not.toBe(terms({}));
  });
});

describe('What is taken for such a header', () => {
  it.each([
    [header(parameters()), true],
    [`Bearer realm="x", payment\tid="y"`, true],
    ['Payment', false],
    ['eyJ4IjoxfQ==', false],
    ['{"description":"a payment id=1"}', false],
    [' {"description":"a, payment id=1"}', false],
    ['Bearer realm="payments"', false],
  ])('A6: %.30j: %j', (text, expected) => {
    expect(isPaymentChallenge(text)).toBe(expected);
  });
});

describe('The id of a challenge', () => {
  const { id: _id, ...fields } = parameters() as Record<string, string> as never as Parameters & {
    realm: string;
    method: string;
    intent: string;
    request: string;
  };

  it('C5: is the keyed hash of seven slots, as the draft writes it', () => {
    for (const changed of [{}, { digest: 'd' }, { opaque: 'o' }, { digest: 'd', opaque: 'o', expires: undefined }])
      expect(challengeId(KEY, { ...fields, ...changed })).toBe(idOf({ ...fields, ...changed }));
    // A fixed point, so that a change of the binding cannot pass unseen.
    expect(
      challengeId(Buffer.from('test-vector-secret'), {
        realm: 'api.example.com',
        method: 'tempo',
        intent: 'charge',
        request: 'eyJhbW91bnQiOiIxMDAwMDAwIn0',
      }),
    ).toBe('X6v1eo7fJ76gAxqY0xN9Jd__4lUyDDYmriryOM-5FO4');
  });

  it.each(['realm', 'request', 'expires', 'digest', 'opaque', 'id'])(
    'C5: with another %s it is not its own',
    (name) => {
      const own = { ...fields, id: challengeId(KEY, fields) };
      expect(isOwnChallenge(KEY, own)).toBe(true);
      expect(isOwnChallenge(KEY, { ...own, [name]: 'e30' })).toBe(false);
      expect(isOwnChallenge(Buffer.alloc(32, 8), own)).toBe(false);
    },
  );

  it('C5: what is absent and what is elsewhere are two ids', () => {
    const { expires, ...none } = fields;
    expect(challengeId(KEY, { ...none, digest: expires })).not.toBe(challengeId(KEY, { ...none, expires }));
    expect(challengeId(KEY, { ...none, opaque: 'x' })).not.toBe(challengeId(KEY, { ...none, digest: 'x' }));
  });
});
