import { describe, expect, it } from '@jest/globals';
import {
  chain,
  changed,
  rails,
  requirements,
  requirementsV1,
  resource,
  TOKEN,
  wire,
} from '../test-support/envelopes.js';
import type { FacilitatorCall } from './facilitator-request.js';
import { verifyRequest } from './verify-request.js';

const call = {
  x402Version: 2,
  paymentPayload: { x402Version: 2, resource, accepted: requirements, payload: { token: 'a.b.c' } },
  paymentRequirements: requirements,
};
const callV1 = {
  x402Version: 1,
  paymentPayload: { x402Version: 1, scheme: 'exact', network: 'ledger:test', payload: { token: 'a.b.c' } },
  paymentRequirements: requirementsV1,
};

const verify = (value: unknown, moment: FacilitatorCall = 'verify') => verifyRequest(wire(value), moment, rails);

/** The call with the same change in what was accepted and in what is required. */
const both = (path: string, value: unknown, from: object = call) =>
  changed(changed(from, `paymentPayload.accepted.${path}`, value), `paymentRequirements.${path}`, value);

const agreed = {
  scheme: 'exact',
  flow: 'authorization',
  network: 'ledger:test',
  amount: 50_000n,
  payee: 'writer',
  timeout_seconds: 60,
};

describe('a call of a facilitator in one form', () => {
  it.each(['verify', 'settle'] as const)('A6: v2 and v1 are read into the same, to %s', (moment) => {
    expect(verify(call, moment)).toMatchObject({
      ok: true,
      request: {
        ...agreed,
        wire: 2,
        authorized: 50_000n,
        resource: resource.url,
        asset: { asset: 'USD' },
        payload: { token: 'a.b.c' },
      },
    });
    expect(verify(callV1, moment)).toMatchObject({
      ok: true,
      request: {
        ...agreed,
        wire: 1,
        resource: requirementsV1.resource,
        asset: { asset: 'USD' },
        payload: { token: 'a.b.c' },
      },
    });
  });

  it('A6: the flow is what the server requires, and the reference what the payer sent', () => {
    const upfront = both('extra', { paymentFlow: 'upfront' });
    expect(verify(upfront)).toMatchObject({ ok: true, request: { flow: 'upfront', reference: undefined } });
    const named = changed(call, 'paymentPayload.extensions', {
      'payment-identifier': { info: { id: 'payment-0123456789' } },
    });
    expect(verify(named)).toMatchObject({ ok: true, request: { reference: 'payment-0123456789' } });
  });

  it('A6: an echo that JavaScript rewrote is the same, and may add to extra', () => {
    const required = changed(call, 'paymentRequirements.extra', { fee: 1, parts: [{ a: null }] });
    const text = JSON.stringify(
      changed(required, 'paymentPayload.accepted.extra', { more: true, parts: [{ a: null }], fee: 1 }),
    );
    expect(verifyRequest(wire(JSON.parse(text)), 'verify', rails)).toMatchObject({ ok: true });
  });

  it('A6: optional fields may be null, as the published packages write them', () => {
    const nulls = changed(
      changed(both('extra', null), 'paymentPayload.extensions', null),
      'paymentPayload.resource',
      null,
    );
    expect(verify(nulls)).toMatchObject({ ok: true, request: { resource: undefined } });
  });
});

describe('payload and requirements must agree', () => {
  it.each([
    ['scheme', 'upto', 'invalid_scheme'],
    ['network', chain.network, 'invalid_network'],
    ['amount', '49999', 'invalid_payment_requirements'],
    ['amount', '50001', 'invalid_payment_requirements'],
    ['asset', 'JPY', 'invalid_payment_requirements'],
    ['payTo', 'editor', 'invalid_payment_requirements'],
    ['payTo', 'Writer', 'invalid_payment_requirements'],
    ['maxTimeoutSeconds', 61, 'invalid_payment_requirements'],
    ['extra', { paymentFlow: 'upfront' }, 'invalid_payment_requirements'],
  ])('C5: another %s than was accepted (%s) is %s', (field, value, reason) => {
    for (const side of ['paymentPayload.accepted', 'paymentRequirements']) {
      for (const moment of ['verify', 'settle'] as const) {
        expect(verify(changed(call, `${side}.${field}`, value), moment)).toMatchObject({ ok: false, reason });
      }
    }
  });

  it.each([
    ['missing', {}],
    ['changed', { order: 'b' }],
    ['of another type', { order: ['a'] }],
  ])('C5: a field of extra that is %s is told', (_what, extra) => {
    const required = changed(call, 'paymentRequirements.extra', { order: 'a' });
    expect(verify(changed(required, 'paymentPayload.accepted.extra', extra))).toMatchObject({
      ok: false,
      reason: 'invalid_payment_requirements',
      problems: [{ field: 'paymentPayload.accepted.extra.order' }],
    });
  });

  it.each([
    ['scheme', 'upto', 'invalid_scheme'],
    ['network', chain.network, 'invalid_network'],
  ])('C5: v1: another %s (%s) is %s', (field, value, reason) => {
    expect(verify(changed(callV1, `paymentPayload.${field}`, value))).toMatchObject({ ok: false, reason });
    expect(verify(changed(callV1, `paymentRequirements.${field}`, value))).toMatchObject({ ok: false, reason });
  });

  it.each([
    ['network', 'ledger:other', 'invalid_network'],
    ['scheme', 'batch-settlement', 'unsupported_scheme'],
    ['asset', 'EUR', 'invalid_payment_requirements'],
    ['amount', '0', 'invalid_payment_requirements'],
    ['amount', '9007199254740993', 'invalid_payment_requirements'],
    ['extra', { paymentFlow: 'later' }, 'invalid_payment_requirements'],
  ])('A9: %s %s is not settled here: %s', (field, value, reason) => {
    expect(verify(both(field, value))).toMatchObject({ ok: false, reason });
    const name = field === 'amount' ? 'maxAmountRequired' : field;
    const v1 = changed(callV1, `paymentRequirements.${name}`, value);
    const agreeing = field === 'network' || field === 'scheme' ? changed(v1, `paymentPayload.${name}`, value) : v1;
    expect(verify(agreeing)).toMatchObject({ ok: false, reason });
  });

  it('A9: a scheme of another network is not settled on this one', () => {
    const onChain = both('asset', TOKEN, both('network', chain.network));
    expect(verify(onChain)).toMatchObject({ ok: true });
    expect(verify(both('scheme', 'upto', onChain))).toMatchObject({ ok: false, reason: 'unsupported_scheme' });
  });
});

describe('upto is settled for at most what was accepted', () => {
  const upto = both('scheme', 'upto');
  const charging = (amount: string) => changed(upto, 'paymentRequirements.amount', amount);

  it.each(['0', '1', '49999', '50000'])('B4: %s may be charged', (amount) => {
    expect(verify(charging(amount), 'settle')).toMatchObject({
      ok: true,
      request: { amount: BigInt(amount), authorized: 50_000n },
    });
  });

  it('B4: one unit more may not', () => {
    const reason = 'invalid_payment_requirements';
    expect(verify(charging('50001'), 'settle')).toMatchObject({ ok: false, reason });
  });

  it('B4: what is verified is what was accepted, not less', () => {
    expect(verify(charging('50000'))).toMatchObject({ ok: true });
    expect(verify(charging('1'))).toMatchObject({ ok: false, reason: 'invalid_payment_requirements' });
  });

  it('B4: v1 releases with 0 when it settles, and only then', () => {
    const v1 = changed(changed(callV1, 'paymentPayload.scheme', 'upto'), 'paymentRequirements.scheme', 'upto');
    const released = changed(v1, 'paymentRequirements.maxAmountRequired', '0');
    expect(verify(released, 'settle')).toMatchObject({ ok: true, request: { amount: 0n } });
    expect(verify(released)).toMatchObject({ ok: false, reason: 'invalid_payment_requirements' });
  });
});

describe('whoever is paid may settle for nothing', () => {
  it('B1: 0 is taken at the settling of exact too, in v2 and v1, and is no price', () => {
    const v2 = changed(call, 'paymentRequirements.amount', '0');
    expect(verify(v2, 'settle')).toMatchObject({ ok: true, request: { amount: 0n, authorized: 50_000n } });
    expect(verify(v2)).toMatchObject({ ok: false, reason: 'invalid_payment_requirements' });
    const v1 = changed(callV1, 'paymentRequirements.maxAmountRequired', '0');
    expect(verify(v1, 'settle')).toMatchObject({ ok: true, request: { amount: 0n } });
    expect(verify(v1)).toMatchObject({ ok: false, reason: 'invalid_payment_requirements' });
  });

  it('B4: anything between 0 and the price of exact is refused', () => {
    for (const amount of ['1', '49999', '50001'])
      expect(verify(changed(call, 'paymentRequirements.amount', amount), 'settle')).toMatchObject({ ok: false });
  });
});

const notObjects = [undefined, null, 7, 'a', [], true];
const notAmounts = [undefined, null, 50_000, '', '-1', '1.5', '05', '1e3', '9'.repeat(79), {}];
const notTexts = [undefined, null, 7, '', 'x'.repeat(200), 'ü', {}];
const cases = (from: object, fields: Record<string, unknown[]>) =>
  Object.entries(fields).flatMap(([field, values]) =>
    values.map((value) => [field, JSON.stringify(value)?.slice(0, 40), changed(from, field, value)] as const),
  );

describe('every field of a facilitator call is checked', () => {
  it.each(
    cases(call, {
      x402Version: [undefined, null, '2', 0, 1, 3, 2.5],
      'paymentPayload.x402Version': [undefined, null, '2', 1, 3],
    }),
  )('A12: v2: %s may not be %s', (_field, _value, value) =>
    expect(verify(value)).toMatchObject({ ok: false, reason: 'invalid_x402_version' }),
  );

  it.each(
    cases(call, {
      paymentPayload: notObjects,
      'paymentPayload.accepted': notObjects,
      'paymentPayload.payload': notObjects,
      'paymentPayload.resource': [7, 'a', [], {}, { url: 7 }],
      'paymentPayload.extensions': [
        7,
        'a',
        [],
        { 'payment-identifier': { info: { id: 'short' } } },
        { 'payment-identifier': 7 },
      ],
      'paymentPayload.accepted.scheme': notTexts,
      'paymentPayload.accepted.network': [...notTexts, 'ledgertest', ':', 'ledger:', ':test', 'a b:c'],
      'paymentPayload.accepted.amount': notAmounts,
      'paymentPayload.accepted.asset': notTexts,
      'paymentPayload.accepted.payTo': notTexts,
      'paymentPayload.accepted.maxTimeoutSeconds': [undefined, null, '60', 0, -1, 1.5, 1e12],
      'paymentPayload.accepted.extra': [7, 'a', []],
    }),
  )('A12: v2: %s may not be %s', (field, _value, value) => {
    const answer = verify(value);
    expect(answer).toMatchObject({ ok: false, reason: 'invalid_payload' });
    expect(!answer.ok && answer.problems[0]!.field.startsWith(field)).toBe(true);
  });

  it.each(
    cases(call, {
      paymentRequirements: notObjects,
      'paymentRequirements.amount': notAmounts,
      'paymentRequirements.asset': notTexts,
      'paymentRequirements.payTo': notTexts,
      'paymentRequirements.maxTimeoutSeconds': [undefined, null, '60', 0, -1, 1.5, 1e12],
      'paymentRequirements.extra': [7, 'a', []],
    }),
  )('A12: v2: %s may not be %s', (field, _value, value) => {
    expect(verify(value)).toMatchObject({ ok: false, reason: 'invalid_payment_requirements', problems: [{ field }] });
  });

  it.each(notTexts)('A12: a required scheme or network may not be %s', (value) => {
    expect(verify(changed(call, 'paymentRequirements.scheme', value))).toMatchObject({ reason: 'invalid_scheme' });
    expect(verify(changed(call, 'paymentRequirements.network', value))).toMatchObject({ reason: 'invalid_network' });
  });

  it.each(
    cases(callV1, {
      paymentPayload: notObjects,
      'paymentPayload.scheme': notTexts,
      'paymentPayload.network': notTexts,
      'paymentPayload.payload': notObjects,
    }),
  )('A12: v1: %s may not be %s', (field, _value, value) => {
    expect(verify(value)).toMatchObject({ ok: false, reason: 'invalid_payload', problems: [{ field }] });
  });

  it.each(
    cases(callV1, {
      paymentRequirements: notObjects,
      'paymentRequirements.maxAmountRequired': notAmounts,
      'paymentRequirements.asset': notTexts,
      'paymentRequirements.payTo': notTexts,
      'paymentRequirements.resource': [undefined, null, 7, '', {}],
      'paymentRequirements.description': [undefined, null, 7, {}],
      'paymentRequirements.maxTimeoutSeconds': [undefined, null, '60', 0, -1, 1.5, 1e12],
      'paymentRequirements.extra': [7, 'a', []],
    }),
  )('A12: v1: %s may not be %s', (field, _value, value) => {
    expect(verify(value)).toMatchObject({ ok: false, reason: 'invalid_payment_requirements', problems: [{ field }] });
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [7],
    [{ ...call, paymentPayload: { ...call.paymentPayload, payload: { a: 'x'.repeat(70_000) } } }],
  ])('A12: a body of another kind or size is refused', (value) =>
    expect(verify(value)).toMatchObject({ ok: false, reason: 'invalid_payload' }),
  );
});
