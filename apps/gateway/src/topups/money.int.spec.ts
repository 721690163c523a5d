import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  keyIssuedSchema,
  keyRevokedSchema,
  keysAnswerSchema,
  topUpAnswerSchema,
  walletsAnswerSchema,
} from '#contracts';
import { FIRST_ORGANIZATION, parseToken, tokenHash } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, recorded } from '../../test-support/recorded-events.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.owner.forget());

describe('POST /v1/topups', () => {
  beforeEach(() => {
    gateway.owner.on('topup', (command) => {
      const head = { ...headOf(command), topup_id: `top_${command.fresh_id}`, amount: command.amount.toString() };
      const { target, asset, reference } = command;
      if ('wallet_id' in target)
        return recorded({ ...head, ...target, asset, reference, type: 'wallet.topped_up', postings: [] });
      if ('agent' in target)
        return recorded({ ...head, agent_id: 'agt_1', asset, reference, type: 'agent.cap_raised' });
      const topup = { topup_id: head.topup_id, amount: head.amount, reference };
      return recorded({ ...headOf(command), ...target, type: 'session.changed', budget: '1', topup });
    });
  });

  it.each([
    [{ wallet_id: 'wal_1' }, { wallet_id: 'wal_1' }],
    [{ session_id: 'ses_1' }, { session_id: 'ses_1' }],
    [{ agent_id: '@writer' }, { agent_id: 'agt_1' }],
  ])('brings money to %j', async (target, named) => {
    const { status, json } = await gateway.call('POST', '/v1/topups', {
      body: { ...target, amount: '1.5', currency: 'JPY' },
    });
    expect(status).toBe(201);
    expect(topUpAnswerSchema.parse(json)).toMatchObject({ ...named, amount: '1.5', currency: 'JPY', reference: null });
    expect(gateway.owner.last('topup')).toMatchObject({ amount: 15_000n, asset: 'JPY' });
  });

  it('C6: the reference of the payment outside is the key, apart from callers’ keys', async () => {
    const body = { wallet_id: 'wal_1', amount: 1, reference: 'stripe-7' };
    await gateway.call('POST', '/v1/topups', { body, headers: { 'idempotency-key': 'delivery-1' } });
    const first = gateway.owner.last('topup');
    await gateway.call('POST', '/v1/topups', { body, headers: { 'idempotency-key': 'delivery-2' } });
    const second = gateway.owner.last('topup');
    expect(first).toMatchObject({ key: 'topup-reference:stripe-7', reference: 'stripe-7' });
    expect([second.key, second.fingerprint]).toEqual([first.key, first.fingerprint]);
  });
});

describe('GET /v1/wallets', () => {
  it('H1: gives bounded pages, each wallet once', async () => {
    const wallet = (name: string) => ({
      wallet_id: `wal_${name}`,
      kind: 'agent' as const,
      owner: { kind: 'agent' as const, id: `agt_${name}` },
      asset: 'USD',
      available: '1000001',
      held: '0',
    });
    gateway.owner.on('query.wallets', ({ limit, after }) =>
      after === undefined && limit === 2
        ? { kind: 'wallets', wallets: [wallet('a'), wallet('b')], more: true }
        : { kind: 'wallets', wallets: [wallet('c')] },
    );
    const first = walletsAnswerSchema.parse((await gateway.call('GET', '/v1/wallets?limit=2')).json);
    expect(first.wallets.map(({ wallet_id, available }) => [wallet_id, available])).toEqual([
      ['wal_a', '1.000001'],
      ['wal_b', '1.000001'],
    ]);
    const second = await gateway.call('GET', `/v1/wallets?limit=2&cursor=${first.next_cursor}`);
    expect(walletsAnswerSchema.parse(second.json)).toMatchObject({
      wallets: [{ wallet_id: 'wal_c' }],
      next_cursor: null,
    });
    expect(gateway.owner.last('query.wallets')).toMatchObject({ limit: 2, after: 'wal_b' });
  });
});

describe('Keys of the organization', () => {
  it('F4: are shown once and sent as hashes', async () => {
    gateway.owner.on('key.issue', (command) => {
      const { key_id, role, name, token_hash } = command;
      return recorded({ ...headOf(command), type: 'key.issued', key_id, role, name, token_hash });
    });
    const { status, json } = await gateway.call('POST', '/v1/keys', { body: { role: 'finance', name: 'month end' } });
    expect(status).toBe(201);
    const answer = keyIssuedSchema.parse(json);
    const command = gateway.owner.last('key.issue');
    expect(parseToken(answer.token!)).toMatchObject({
      org: FIRST_ORGANIZATION,
      subject: answer.key_id,
      proof: command.token_hash,
    });
    gateway.owner.on('key.issue', (again) =>
      recorded({ ...headOf(again), ...command, type: 'key.issued', token_hash: tokenHash('the first one') }),
    );
    const repeated = await gateway.call('POST', '/v1/keys', { body: { role: 'finance', name: 'month end' } });
    expect(repeated.json).not.toHaveProperty('token');
  });

  it('F4: are listed in pages, without anything of their tokens', async () => {
    const key = (id: string) => ({ key_id: id, role: 'finance' as const, name: id, revoked: id === 'key_a' });
    gateway.owner.on('query.keys', ({ limit, after }) =>
      after === undefined && limit === 2
        ? { kind: 'keys', keys: [key('key_a'), key('key_b')], more: true }
        : { kind: 'keys', keys: [key('key_c')], more: false },
    );
    const first = keysAnswerSchema.parse((await gateway.call('GET', '/v1/keys?limit=2')).json);
    expect(first).toEqual({ keys: [key('key_a'), key('key_b')], next_cursor: 'key_b' });
    const second = await gateway.call('GET', `/v1/keys?limit=2&cursor=${first.next_cursor}`);
    expect(keysAnswerSchema.parse(second.json)).toEqual({ keys: [key('key_c')], next_cursor: null });
    expect(gateway.owner.last('query.keys')).toMatchObject({ limit: 2, after: 'key_b' });
    expect((await gateway.call('GET', '/v1/keys?role=admin')).status).toBe(422);
  });

  it('are revoked', async () => {
    gateway.owner.on('key.revoke', (command) =>
      recorded({ ...headOf(command), type: 'key.revoked', key_id: command.key_id }),
    );
    const called = await gateway.call('DELETE', '/v1/keys/key_1', { headers: { 'idempotency-key': 'k' } });
    expect(called.status).toBe(200);
    expect(keyRevokedSchema.parse(called.json)).toMatchObject({ key_id: 'key_1', status: 'revoked' });
    expect(gateway.owner.last('key.revoke')).toMatchObject({ key: 'k' });
  });
});
