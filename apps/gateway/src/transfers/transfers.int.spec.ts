import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { problemSchema, transferAnswerSchema, walletOpenedSchema } from '#contracts';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { headOf, recorded } from '../../test-support/recorded-events.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.owner.forget());

const body = { from_wallet_id: 'wal_1', to_wallet_id: 'escrow:deals:USD', amount: 0.5, reason: 'deal 7' };

describe('POST /v1/transfers', () => {
  it('C1: sends one command, whose key is the caller’s, and answers what moved', async () => {
    gateway.owner.on('wallet.transfer', (command) => {
      const { from_wallet_id, to_wallet_id, asset, reason } = command;
      const amount = command.amount.toString();
      const details = { transfer_id: `trf_${command.fresh_id}`, from_wallet_id, to_wallet_id, amount, asset, reason };
      return recorded({ ...headOf(command), ...details, type: 'wallet.transferred', postings: [] });
    });
    const headers = { 'idempotency-key': 'move-1' };
    const { status, json } = await gateway.call('POST', '/v1/transfers', { body, headers });
    expect(status).toBe(201);
    const { transfer_id, ...answer } = transferAnswerSchema.parse(json);
    expect(transfer_id).toMatch(/^trf_[0-9a-f]{32}$/);
    expect(answer).toMatchObject({ ...body, amount: '0.5', currency: 'USD', position: '3:7' });
    const first = gateway.owner.last('wallet.transfer');
    expect(first).toMatchObject({ key: 'move-1', amount: 500_000n, asset: 'USD' });
    await gateway.call('POST', '/v1/transfers', { body: { ...body, amount: '0.50' }, headers });
    expect(gateway.owner.last('wallet.transfer').fingerprint).toBe(first.fingerprint);
    await gateway.call('POST', '/v1/transfers', { body: { ...body, to_wallet_id: 'wal_2' }, headers });
    expect(gateway.owner.last('wallet.transfer').fingerprint).not.toBe(first.fingerprint);
  });

  it('A11: a recorded refusal is 402, with its figures and where it stands in the log', async () => {
    const refusal = {
      code: 'insufficient_funds' as const,
      scope: { kind: 'wallet' as const, id: 'wal_1' },
      asset: 'USD',
      requested: '500000',
      remaining: '400000',
    };
    gateway.owner.on('wallet.transfer', (command) => ({
      kind: 'refused',
      refusal,
      recorded: { event: { ...headOf(command), type: 'wallet.transfer_refused' } as never, position: '3:9' },
    }));
    const { status, json } = await gateway.call('POST', '/v1/transfers', { body });
    expect(status).toBe(402);
    const problem = problemSchema.parse(json);
    expect(problem).toMatchObject({ code: 'insufficient_funds', remaining: '0.4', position: '3:9' });
    expect(problem).not.toHaveProperty('payment_id');
  });

  it.each([
    ['amount', { ...body, amount: 0 }],
    ['amount', { ...body, amount: '-1' }],
    ['amount', { ...body, amount: '0.0000001' }],
    ['from_wallet_id', { ...body, from_wallet_id: undefined }],
    ['to_wallet_id', { ...body, to_wallet_id: 'a b' }],
    ['payee', { ...body, payee: 'x' }],
  ])('A12: refuses a bad %s', async (field, bad) => {
    const refused = await gateway.call('POST', '/v1/transfers', { body: bad });
    expect(refused).toMatchObject({ status: 422, json: { problems: [{ field }] } });
    expect(gateway.owner.asked).toEqual([]);
  });
});

describe('POST /v1/wallets', () => {
  it('opens an escrow or fee account by its name', async () => {
    gateway.owner.on('wallet.open', (command) => {
      const { kind, name, asset } = command;
      const wallet_id = `${kind}:${name}:${asset}`;
      return recorded({ ...headOf(command), type: 'wallet.opened', wallet_id, kind, name, asset });
    });
    const opened = await gateway.call('POST', '/v1/wallets', {
      body: { kind: 'fees', name: 'card-2', currency: 'JPY' },
    });
    expect(opened.status).toBe(201);
    expect(walletOpenedSchema.parse(opened.json)).toMatchObject({ wallet_id: 'fees:card-2:JPY', kind: 'fees' });
    for (const [field, bad] of [
      ['kind', { kind: 'treasury', name: 'x' }],
      ['name', { kind: 'fees', name: 'a:b' }],
      ['name', { kind: 'fees', name: '' }],
      ['name', { kind: 'escrow' }],
    ] as const)
      expect(await gateway.call('POST', '/v1/wallets', { body: bad })).toMatchObject({
        status: 422,
        json: { problems: [{ field }] },
      });
  });
});
