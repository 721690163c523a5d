import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { paymentStateSchema, sessionSchema, type OwnerAnswer, type SessionView } from '#contracts';
import type { AuthorizePayment, BookEvent } from '#domain';
import { noteHash } from '#event-log';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { decided, headOf, recorded } from '../../test-support/recorded-events.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  gateway.notes.kept.length = 0;
});

/** As the book answers: the memo's hash stands in the event. */
function withHash(command: AuthorizePayment): Extract<OwnerAnswer, { kind: 'recorded' }> {
  const { event, position } = decided(command) as Extract<OwnerAnswer, { kind: 'recorded' }>;
  return { kind: 'recorded', event: { ...event, memo_hash: command.memo_hash } as BookEvent, position };
}

const body = { payee: 'writer', amount: 1, memo: 'Thanks for chapter 3', idempotency_key: 'chapter 3' };

describe('The memo of a payment', () => {
  it('D20: goes to the book as a salted hash, is kept with its salt, and is shown while it is kept', async () => {
    gateway.owner.on('payment.authorize', withHash);
    expect((await gateway.call('POST', '/v1/payments', { body })).status).toBe(201);
    const command = gateway.owner.last('payment.authorize');
    expect(Object.values(command)).not.toContain(body.memo);
    const [note] = gateway.notes.kept;
    expect(note).toEqual({
      kind: 'memo',
      subject: `pay_${command.fresh_id}`,
      text: body.memo,
      salt: expect.any(String),
    });
    expect(command.memo_hash).toBe(noteHash(note!.salt, body.memo));

    gateway.owner.on('query.payment', { kind: 'payment', events: [withHash(command)] });
    const shown = await gateway.call('GET', `/v1/payments/${note!.subject}`);
    expect(paymentStateSchema.parse(shown.json)).toMatchObject({ memo: body.memo });
    gateway.notes.kept[0] = { ...note!, text: 'Thanks for chapter 4' };
    expect((await gateway.call('GET', `/v1/payments/${note!.subject}`)).json).toMatchObject({ memo: null });
    gateway.notes.kept.length = 0;
    expect((await gateway.call('GET', `/v1/payments/${note!.subject}`)).json).toMatchObject({ memo: null });
  });

  it('C1: of a repeated key is not kept: the answer is the first request’s, and so is the memo', async () => {
    let first: OwnerAnswer | undefined;
    gateway.owner.on('payment.authorize', (command) => (first ??= withHash(command)));
    await gateway.call('POST', '/v1/payments', { body });
    await gateway.call('POST', '/v1/payments', { body: { ...body, memo: 'Another text' } });
    await gateway.call('POST', '/v1/payments', { body });
    expect(gateway.notes.kept.map(({ text }) => text)).toEqual([body.memo]);
  });

  it('D20: is kept of a recorded refusal, and of nothing that was not recorded', async () => {
    const decline = { code: 'lifetime_cap_exceeded' as const, scope: { kind: 'agent' as const, id: 'agt_1' } };
    gateway.owner.on('payment.authorize', (command) => ({
      kind: 'refused',
      refusal: decline,
      recorded: {
        event: { ...withHash(command).event, type: 'payment.declined', decline } as BookEvent,
        position: '3:7',
      },
    }));
    expect((await gateway.call('POST', '/v1/payments', { body })).status).toBe(402);
    expect(gateway.notes.kept).toHaveLength(1);
    gateway.owner.on('payment.authorize', { kind: 'unavailable', code: 'outcome_unknown' });
    expect((await gateway.call('POST', '/v1/payments', { body })).status).toBe(503);
    expect(gateway.notes.kept).toHaveLength(1);
  });

  it('costs nothing where there is none: no hash, no note, no reading', async () => {
    gateway.owner.on('payment.authorize', withHash);
    await gateway.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1 } });
    const command = gateway.owner.last('payment.authorize');
    expect(command.memo_hash).toBeUndefined();
    const reading = await startGateway({
      notes: { keep: () => Promise.reject(new Error('kept')), read: () => Promise.reject(new Error('read')) },
    });
    reading.owner
      .on('payment.authorize', withHash)
      .on('query.payment', { kind: 'payment', events: [withHash(command)] });
    expect((await reading.call('POST', '/v1/payments', { body: { payee: 'writer', amount: 1 } })).status).toBe(201);
    expect((await reading.call('GET', '/v1/payments/pay_1')).json).toMatchObject({ memo: null });
    await reading.close();
  });
});

describe('The description of a session', () => {
  const session = (id: string, fields: Partial<SessionView> = {}): SessionView => ({
    session_id: id,
    mode: 'shared',
    status: 'open',
    asset: 'USD',
    budget: '1',
    spent: '0',
    held: '0',
    carved: '0',
    remaining: '1',
    labels: {},
    policy_version: 2,
    ...fields,
  });

  it('D20: is kept of the request that opened it, and shown with it and with the tree above it', async () => {
    let first: OwnerAnswer | undefined;
    gateway.owner.on('session.open', (command) => {
      const { fresh_id, asset, mode, labels, token_hash, description_hash } = command;
      const fields = { session_id: `ses_${fresh_id}`, asset, mode, labels, token_hash, description_hash, budget: '1' };
      return (first ??= recorded({ ...headOf(command), type: 'session.opened', ...fields }));
    });
    const opened = await gateway.call('POST', '/v1/sessions', { body: { budget: 1, description: 'Find the report' } });
    await gateway.call('POST', '/v1/sessions', { body: { budget: 1, description: 'Find another one' } });
    expect(gateway.notes.kept.map(({ kind, subject, text }) => [kind, subject, text])).toEqual([
      ['description', opened.json['session_id'], 'Find the report'],
    ]);

    const child = session(opened.json['session_id'] as string, { parent_session_id: 'ses_root' });
    gateway.owner.on('query.session', { kind: 'session', session: session('ses_root', { children: [child] }) });
    const { json } = await gateway.call('GET', '/v1/sessions/ses_root');
    expect(sessionSchema.parse(json)).toMatchObject({
      description: null,
      children: [{ description: 'Find the report' }],
    });
  });
});
