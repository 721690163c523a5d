import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fingerprintOf, paymentStateSchema, paymentStepAnswerSchema } from '#contracts';
import { FIRST_ORGANIZATION } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, paymentDetails, recorded, TIME } from '../../test-support/recorded-events.js';

const PAYMENT_ID = 'pay_0190000000007000800000000000000a';

let gateway: GatewayUnderTest;
beforeAll(async () => void (gateway = await startGateway()));
afterAll(() => gateway.close());
beforeEach(() => gateway.owner.forget());

describe('The steps of a payment', () => {
  const authorized = {
    ...headOf({ org: FIRST_ORGANIZATION, credential: { subject: 'key_0', proven_by: 'bus' }, fresh_id: '0' }),
    ...paymentDetails({ payment_id: PAYMENT_ID, amount: 20_000n, asset: 'JPY' }),
    type: 'payment.authorized',
    windows: [],
    expires_at: TIME + 900_000,
    within_cap: true,
  };

  beforeEach(() => {
    gateway.owner
      .on('query.payment', { kind: 'payment', events: [{ event: authorized as never, position: '3:7' }] })
      .on('payment.capture', (command) =>
        recorded({
          ...authorized,
          ...headOf(command),
          type: 'payment.captured',
          captured: (command.amount ?? 20_000n).toString(),
          captured_total: (command.amount ?? 20_000n).toString(),
          released: '0',
          final: command.final,
        }),
      );
  });

  it('capture takes all by default, and asks nothing before', async () => {
    const called = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, {
      headers: { 'idempotency-key': 'c' },
    });
    expect(called.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(called.json)).toMatchObject({ status: 'captured', amount_captured: '2' });
    expect(gateway.owner.asked.map(({ command }) => command.type)).toEqual(['payment.capture']);
    expect(gateway.owner.last('payment.capture')).toMatchObject({ payment_id: PAYMENT_ID, final: true, key: 'c' });
  });

  it('A12: capture reads an amount in the currency of the payment', async () => {
    const path = `/v1/payments/${PAYMENT_ID}/capture`;
    await gateway.call('POST', path, { body: { amount: '1.5', final: false } });
    expect(gateway.owner.last('payment.capture')).toMatchObject({ amount: 15_000n, final: false });
    gateway.owner.forget();
    const decimals = await gateway.call('POST', path, { body: { amount: '1.00001' } });
    expect(decimals).toMatchObject({ status: 422, json: { problems: [{ field: 'amount' }] } });
    const currency = await gateway.call('POST', path, { body: { amount: 1, currency: 'USD' } });
    expect(currency).toMatchObject({
      status: 422,
      json: { code: 'asset_mismatch', problems: [{ field: 'currency' }] },
    });
    expect(gateway.owner.asked.filter(({ command }) => command.type === 'payment.capture')).toEqual([]);
  });

  it('B5: a capture of 0 is a capture; a refund of 0 is not', async () => {
    await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, { body: { amount: 0 } });
    expect(gateway.owner.last('payment.capture').amount).toBe(0n);
    const refund = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/refund`, { body: { amount: 0 } });
    expect(refund).toMatchObject({ status: 422, json: { problems: [{ field: 'amount' }] } });
  });

  it('C2: one key cannot capture and void, nor capture two amounts', async () => {
    gateway.owner.on('payment.void', (command) =>
      recorded({ ...authorized, ...headOf(command), type: 'payment.voided', released: '20000', reason: 'requested' }),
    );
    const headers = { 'idempotency-key': 'k' };
    const fingerprints: unknown[] = [];
    for (const body of [{}, { amount: 1 }, { amount: 2 }, { final: false }]) {
      await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/capture`, { headers, body });
      fingerprints.push(gateway.owner.last('payment.capture').fingerprint);
    }
    const voided = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/void`, { headers });
    expect(paymentStepAnswerSchema.parse(voided.json)).toMatchObject({ status: 'voided', amount_moved: '2' });
    fingerprints.push(gateway.owner.last('payment.void').fingerprint, fingerprintOf(''));
    expect(new Set(fingerprints).size).toBe(6);
  });

  it('refund and dispatch answer the payment after them', async () => {
    gateway.owner
      .on('payment.refund', (command) =>
        recorded({
          ...authorized,
          ...headOf(command),
          type: 'payment.refunded',
          refund_id: 'pay_r',
          refunded: '5000',
          refunded_total: '5000',
          captured_total: '20000',
          reason: command.reason,
        }),
      )
      .on('payment.dispatch', (command) =>
        recorded({ ...authorized, ...headOf(command), type: 'payment.dispatched', unknown_at: TIME + 60_000 }),
      );
    const refund = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/refund`, {
      body: { amount: 0.5, reason: 'late' },
    });
    expect(refund.status).toBe(201);
    expect(paymentStepAnswerSchema.parse(refund.json)).toMatchObject({
      status: 'refunded',
      amount_refunded: '0.5',
      reason: 'late',
    });
    const dispatch = await gateway.call('POST', `/v1/payments/${PAYMENT_ID}/dispatch`);
    expect(paymentStepAnswerSchema.parse(dispatch.json)).toMatchObject({ status: 'authorized', amount_held: '2' });
  });

  it('B6: extend takes seconds from now, and answers until when the hold lives', async () => {
    gateway.owner.on('payment.extend', (command) =>
      recorded({
        ...authorized,
        ...headOf(command),
        type: 'payment.extended',
        expires_at: TIME + command.expires_in_ms,
      }),
    );
    const path = `/v1/payments/${PAYMENT_ID}/extend`;
    const extended = await gateway.call('POST', path, { body: { expires_in: 3600, idempotency_key: 'e' } });
    expect(extended.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(extended.json)).toMatchObject({
      status: 'authorized',
      amount_held: '2',
      expires_at: '2026-01-01T13:00:00.000Z',
    });
    expect(gateway.owner.last('payment.extend')).toMatchObject({ key: 'e', expires_in_ms: 3_600_000 });
    for (const body of [{}, { expires_in: 0 }, { expires_in: -1 }, { expires_in: '60' }, { expires_in: 31_622_401 }]) {
      const refused = await gateway.call('POST', path, { body });
      expect(refused).toMatchObject({ status: 422, json: { problems: [{ field: 'expires_in' }] } });
    }
  });

  it('C3: resolve takes what was captured, in the currency of the payment, or that nothing was', async () => {
    gateway.owner.on('payment.resolve', (command) =>
      command.outcome === 'voided'
        ? recorded({ ...authorized, ...headOf(command), type: 'payment.voided', released: '20000', reason: 'resolved' })
        : recorded({
            ...authorized,
            ...headOf(command),
            type: 'payment.captured',
            captured: `${command.amount}`,
            captured_total: `${command.amount}`,
            released: '0',
            final: true,
            resolved: true,
          }),
    );
    const path = `/v1/payments/${PAYMENT_ID}/resolve`;
    const captured = await gateway.call('POST', path, { body: { outcome: 'captured', amount: '1.5' } });
    expect(captured.status).toBe(200);
    expect(paymentStepAnswerSchema.parse(captured.json)).toMatchObject({ status: 'captured', amount_captured: '1.5' });
    expect(gateway.owner.last('payment.resolve')).toMatchObject({ outcome: 'captured', amount: 15_000n });
    const voided = await gateway.call('POST', path, { body: { outcome: 'voided' } });
    expect(paymentStepAnswerSchema.parse(voided.json)).toMatchObject({ status: 'voided', reason: 'resolved' });
    for (const body of [{ outcome: 'captured' }, { outcome: 'voided', amount: 1 }, { outcome: 'captured', amount: 0 }])
      expect(await gateway.call('POST', path, { body })).toMatchObject({
        status: 422,
        json: { problems: [{ field: 'amount' }] },
      });
    for (const body of [{}, { outcome: 'lost' }])
      expect(await gateway.call('POST', path, { body })).toMatchObject({
        status: 422,
        json: { problems: [{ field: 'outcome' }] },
      });
  });

  it('GET gives the payment with its history, by id or by key', async () => {
    gateway.owner.on('query.payment_by_key', (query) =>
      query.key === 'known'
        ? { kind: 'payment', events: [{ event: authorized as never, position: '3:7' }] }
        : { kind: 'payment', events: [] },
    );
    const byId = await gateway.call('GET', `/v1/payments/${PAYMENT_ID}`);
    expect(paymentStateSchema.parse(byId.json)).toMatchObject({
      status: 'authorized',
      amount_held: '2',
      currency: 'JPY',
    });
    expect((await gateway.call('GET', '/v1/payments?idempotency_key=known&agent=planner')).text).toBe(byId.text);
    expect(gateway.owner.last('query.payment_by_key')).toMatchObject({ key: 'known', agent: 'planner' });
    const unknown = await gateway.call('GET', '/v1/payments?idempotency_key=lost');
    expect(unknown).toMatchObject({ status: 404, json: { code: 'payment_not_found', scope: { id: 'lost' } } });
  });
});
