import { describe, expect, it } from '@jest/globals';
import { BookScenario, ONE, SCENARIO_ORG, refusalOf, type CommandInput } from '#testing';
import { agentWallet, externalWallet, treasuryWallet } from '../accounts.js';

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');
const ESCROW = 'escrow:deals:USD';
const SEARCH = 'service:search:USD';

function transfer(from_wallet_id: string, to_wallet_id: string, amount: bigint, more: object = {}): CommandInput {
  return { type: 'wallet.transfer', from_wallet_id, to_wallet_id, amount, asset: 'USD', ...more };
}

function withEscrow(): BookScenario {
  const book = new BookScenario({ treasury: 100n });
  book.given({ type: 'wallet.open', kind: 'escrow', name: 'deals', asset: 'USD' });
  return book;
}

describe('Transfers', () => {
  it('D1 given wallets of every kind, when money goes round, then each has what its postings say and none is lost', () => {
    const book = withEscrow();
    const worker = agentWallet(book.agent('worker'), 'USD');
    book.given({ type: 'wallet.open', kind: 'fees', name: 'deals', asset: 'USD' });
    book.spend(10n);
    expect(book.given(transfer(TREASURY, ESCROW, 40n, { reason: 'deal 7' }))).toMatchObject({
      type: 'wallet.transferred',
      transfer_id: expect.stringMatching(/^trf_/),
      from_wallet_id: TREASURY,
      to_wallet_id: ESCROW,
      amount: '40',
      reason: 'deal 7',
      postings: [{ debit: TREASURY, credit: ESCROW, amount: '40', asset: 'USD' }],
    });
    book.given(transfer(ESCROW, worker, 30n));
    book.given(transfer(worker, 'fees:deals:USD', 5n));
    book.given(transfer(SEARCH, TREASURY, 10n));
    const free = [TREASURY, ESCROW, worker, 'fees:deals:USD', SEARCH].map((id) => book.wallet(id)[0]);
    expect(free).toEqual([60n, 10n, 25n, 5n, 0n]);
    expect(book.wallet(externalWallet('USD'))[0]).toBe(-100n);
  });

  it('A11 C1 given a wallet that has too little, when its money is moved, then that is recorded and the key keeps it', () => {
    const book = withEscrow();
    book.hold(60n);
    const command = transfer(TREASURY, ESCROW, 41n, { key: 'k', fingerprint: 'f' });
    const refused = book.when(command);
    expect(refusalOf(refused)).toMatchObject({
      code: 'insufficient_funds',
      scope: { kind: 'wallet', id: TREASURY },
      held: '60',
      requested: '41',
      remaining: '40',
    });
    expect(book.log.at(-1)).toMatchObject({ type: 'wallet.transfer_refused', key: 'k' });
    expect(book.wallet(ESCROW)).toEqual([0n, 0n]);
    book.given({ type: 'topup', target: { wallet_id: TREASURY }, amount: 100n, asset: 'USD' });
    const again = book.when(command);
    expect([again.kind, refusalOf(again)]).toEqual(['replay', refusalOf(refused)]);
    expect(book.when(transfer(TREASURY, ESCROW, 140n, { key: 'l', fingerprint: 'f' })).kind).toBe('record');
    expect(book.wallet()).toEqual([0n, 60n]);
  });

  it('C1 given a transfer, when its key comes again, then nothing moves twice', () => {
    const book = withEscrow();
    const command = transfer(TREASURY, ESCROW, 40n, { key: 'k', fingerprint: 'f' });
    const first = book.given(command);
    expect(book.when(command)).toMatchObject({ kind: 'replay', bound: { event: { sequence: first.sequence } } });
    expect(book.refused({ ...command, fingerprint: 'g' }).code).toBe('idempotency_key_conflict');
    expect(book.wallet(ESCROW)).toEqual([40n, 0n]);
  });

  it('D10 given a key that only orchestrates, or an agent’s own token, when it moves money, then it is refused', () => {
    const book = withEscrow();
    const worker = book.agent('worker');
    book.given({ type: 'topup', target: { wallet_id: agentWallet(worker, 'USD') }, amount: 5n, asset: 'USD' });
    book.given({ type: 'key.issue', key_id: 'key_low', role: 'orchestrator', name: '', token_hash: 'low' });
    const from = book.log.length;
    for (const credential of [
      { subject: 'key_low', proof: 'low' },
      { subject: worker, proof: 'worker proof' },
    ]) {
      const move = transfer(agentWallet(worker, 'USD'), TREASURY, 1n, { credential });
      expect(book.refused(move).code).toBe('role_not_allowed');
      const open = { type: 'wallet.open', kind: 'escrow', name: 'mine', asset: 'USD', credential } as const;
      expect(book.refused(open).code).toBe('role_not_allowed');
    }
    expect(book.log.length).toBe(from);
  });

  it('F7 D1 given what is no wallet of the org, when money should go there or come from there, then it is refused', () => {
    const book = withEscrow();
    const strangers = [
      externalWallet('USD'),
      'clearing:out:USD',
      'service:never-paid:USD',
      'escrow:other:USD',
      'wal_00000000000070008000000000000002_usd',
      `${TREASURY}:held`,
      'nonsense',
    ];
    for (const id of strangers) {
      expect(book.refused(transfer(TREASURY, id, 1n))).toMatchObject({ code: 'wallet_not_found', scope: { id } });
      expect(book.refused(transfer(id, TREASURY, 1n))).toMatchObject({ code: 'wallet_not_found', scope: { id } });
    }
    expect(book.refused(transfer(TREASURY, TREASURY, 1n)).code).toBe('wallets_are_the_same');
    expect(book.refused(transfer(TREASURY, treasuryWallet(SCENARIO_ORG, 'JPY'), 1n)).code).toBe('wallet_not_found');
    book.given({ type: 'wallet.open', kind: 'fees', name: 'yen', asset: 'JPY' });
    expect(book.refused(transfer(TREASURY, 'fees:yen:JPY', 1n)).code).toBe('asset_mismatch');
    for (const amount of [0n, -1n])
      expect(book.refused(transfer(TREASURY, ESCROW, amount)).code).toBe('amount_not_positive');
    expect(book.wallet()).toEqual([100n, 0n]);
  });
});

describe('Escrow and fee accounts', () => {
  it('D1 given a kind, a name and a currency, when it is opened, then it stands empty, and once', () => {
    const book = withEscrow();
    expect(book.log.at(-1)).toMatchObject({ type: 'wallet.opened', wallet_id: ESCROW, kind: 'escrow', name: 'deals' });
    expect(book.state.wallets.get(ESCROW)).toEqual({ id: ESCROW, asset: 'USD', available: 0n, held: 0n });
    const again = { type: 'wallet.open', kind: 'escrow', name: 'deals', asset: 'USD' } as const;
    expect(book.refused(again)).toMatchObject({ code: 'wallet_exists', scope: { id: ESCROW } });
    book.given({ ...again, asset: 'JPY' });
    book.given({ ...again, kind: 'fees' });
  });

  it('D1 given a session on an escrow, when all of it is spent, then not one unit more: it has no other money', () => {
    const book = withEscrow();
    book.given(transfer(TREASURY, ESCROW, 40n));
    const session = book.session(1000n, { wallet_id: ESCROW });
    const payment = book.hold(25n, { session_id: session });
    expect(book.wallet(ESCROW)).toEqual([15n, 25n]);
    expect(book.trySpend(16n, { session_id: session })).toMatchObject({
      code: 'insufficient_funds',
      scope: { id: ESCROW },
    });
    expect(book.refused(transfer(ESCROW, TREASURY, 16n))).toMatchObject({ code: 'insufficient_funds', held: '25' });
    expect(book.trySpend(15n, { session_id: session })).toBeUndefined();
    book.given({ type: 'payment.void', payment_id: payment });
    book.given(transfer(ESCROW, TREASURY, 25n));
    expect([book.wallet(ESCROW), book.wallet()]).toEqual([
      [0n, 0n],
      [85n, 0n],
    ]);
  });

  it('D1 given an escrow, when money is brought from outside, then it stands there', () => {
    const book = withEscrow();
    book.given({ type: 'topup', target: { wallet_id: ESCROW }, amount: 7n, asset: 'USD' });
    expect(book.wallet(ESCROW)).toEqual([7n, 0n]);
    const target = { wallet_id: ESCROW };
    expect(book.refused({ type: 'topup', target, amount: 7n, asset: 'JPY' }).code).toBe('asset_mismatch');
  });
});

describe('The wallet that a payment draws on', () => {
  it('D1 given an agent, when nothing else is said, then the treasury pays; with `funding: own` its own wallet', () => {
    const book = new BookScenario({ treasury: 100n });
    book.agent('kept');
    const own = agentWallet(book.agent('own', { funding: 'own' }), 'USD');
    book.spend(10n, { agent: 'kept' });
    expect(book.wallet()).toEqual([90n, 0n]);
    expect(book.trySpend(1n, { agent: 'own' })).toMatchObject({ code: 'insufficient_funds', scope: { id: own } });
    book.given({ type: 'topup', target: { wallet_id: own }, amount: 5n, asset: 'USD' });
    expect(book.trySpend(6n, { agent: 'own' })).toMatchObject({ code: 'insufficient_funds', remaining: '5' });
    book.spend(5n, { agent: 'own' });
    expect([book.wallet(), book.wallet(own)]).toEqual([
      [90n, 0n],
      [0n, 0n],
    ]);
  });

  it('D1 given what an agent earned, when it pays, then it is its own money only where it is funded by it', () => {
    const book = new BookScenario({ treasury: 100n });
    const id = book.agent('worker');
    const own = agentWallet(id, 'USD');
    book.spend(10n, { payee: { agent: 'worker' } });
    book.spend(4n, { agent: 'worker' });
    expect([book.wallet()[0], book.wallet(own)[0]]).toEqual([86n, 10n]);
    const held = book.hold(6n, { agent: 'worker' });
    book.given({ type: 'agent.change', agent: id, funding: 'own' });
    book.spend(4n, { agent: 'worker' });
    // What was held before stays the treasury's.
    book.given({ type: 'payment.capture', payment_id: held, amount: 5n, final: true });
    expect([book.wallet(), book.wallet(own)]).toEqual([
      [81n, 0n],
      [6n, 0n],
    ]);
  });

  it('D1 given a session on a wallet, when agents pay inside it or below, then that wallet pays, whoever they are', () => {
    const book = new BookScenario({ treasury: 100n });
    const sponsor = agentWallet(book.agent('sponsor'), 'USD');
    book.agent('own', { funding: 'own' });
    book.given({ type: 'topup', target: { wallet_id: sponsor }, amount: 20n, asset: 'USD' });
    const session = book.session(1000n, { wallet_id: sponsor });
    const child = book.session(600n, { parent_session_id: session, mode: 'reserved' });
    const grandchild = book.session(500n, { parent_session_id: child });
    book.spend(5n, { session_id: session });
    book.spend(5n, { agent: 'own', session_id: grandchild });
    const payment = book.spend(10n, { agent: 'own', session_id: child });
    expect(book.trySpend(1n, { session_id: grandchild })).toMatchObject({ scope: { id: sponsor } });
    book.given({ type: 'payment.refund', payment_id: payment, amount: 3n });
    expect([book.wallet(), book.wallet(sponsor)]).toEqual([
      [100n, 0n],
      [3n, 0n],
    ]);
  });

  it('D1 given a wallet that no money has reached yet, when a session is on it, then it waits for the money', () => {
    const book = new BookScenario({ treasury: 100n });
    const own = agentWallet(book.agent('worker'), 'USD');
    const session = book.session(ONE, { wallet_id: own });
    expect(book.trySpend(1n, { session_id: session })).toMatchObject({
      code: 'insufficient_funds',
      scope: { id: own },
    });
    book.given(transfer(TREASURY, own, 5n));
    expect(book.trySpend(5n, { session_id: session })).toBeUndefined();
    for (const wallet_id of [SEARCH, externalWallet('USD'), 'escrow:none:USD', 'wal_0_usd'])
      expect(book.refused(book.openSession(ONE, { wallet_id })).code).toBe('wallet_not_found');
  });

  it('D1 given a session inside one on a wallet, when it names another, then the nearest one pays', () => {
    const book = withEscrow();
    book.given(transfer(TREASURY, ESCROW, 40n));
    const outer = book.session(ONE, { wallet_id: ESCROW });
    const inner = book.session(ONE, { parent_session_id: outer, wallet_id: TREASURY });
    book.spend(10n, { session_id: inner });
    expect([book.wallet()[0], book.wallet(ESCROW)[0]]).toEqual([50n, 40n]);
  });
});
