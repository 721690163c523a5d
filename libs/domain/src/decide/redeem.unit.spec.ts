import { beforeEach, describe, expect, it } from '@jest/globals';
import { agentWallet } from '../accounts.js';
import type { Credential, RedeemPayment } from '../commands/index.js';
import { ADMIN, BookScenario, dumpBook, ONE, type CommandInput } from '#testing';
import { redemptionKey } from './redeem.js';

const TERMS = 'v1:what was asked for';
const ABROAD = 'org_00000000000070008000000000000002';

let book: BookScenario;
let seller: string;
beforeEach(() => {
  book = new BookScenario();
  book.agent('buyer');
  seller = book.agent('seller');
});

const own = (handle: string): Credential => ({ subject: book.agentOf(handle).id, proof: `${handle} proof` });
const vouched = (payee?: { agent_id: string; handle: string }, payee_org = ABROAD): Credential => ({
  subject: payee?.agent_id ?? 'key_abroad',
  proven_by: 'settlement',
  payee_org,
  ...(payee === undefined ? {} : { payee }),
});
const answering = (fields: object = {}): string =>
  book.hold(10n, { agent: 'buyer', payee: { agent: 'seller' }, protocol: 'x402', terms_hash: TERMS, ...fields });

/** As the owner takes it: under the key of the payment. */
function redeem(payment_id: string, fields: Partial<RedeemPayment> = {}): CommandInput {
  const step = fields.step ?? 'capture';
  return {
    type: 'payment.redeem',
    payment_id,
    step,
    terms_hash: TERMS,
    key: redemptionKey(step, payment_id),
    fingerprint: 'v1:first',
    credential: own('seller'),
    ...fields,
  };
}

describe('A token that comes back', () => {
  it('B1 C5 given a hold, when its payee redeems it, then it is paid whole and free in every scope', () => {
    const session = book.session(10n);
    const payment = answering({ session_id: session });
    expect(book.given(redeem(payment))).toMatchObject({
      type: 'payment.captured',
      captured: '10',
      released: '0',
      final: true,
      by: seller,
    });
    expect(book.wallet()).toEqual([1000n * ONE - 10n, 0n]);
    expect(book.wallet(agentWallet(seller, 'USD'))).toEqual([10n, 0n]);
    expect(book.sessionOf(session)).toMatchObject({ spent: 10n, held: 0n });
  });

  it.each([
    [0n, '0', '10'],
    [1n, '1', '9'],
    [10n, '10', '0'],
  ])(
    'B4 B5 given a hold of 10, when %s of it is redeemed, then the rest is free and nothing is left to take',
    (amount, captured, released) => {
      const payment = answering();
      expect(book.given(redeem(payment, { amount }))).toMatchObject({ captured, released, final: true });
      expect(book.wallet()).toEqual([1000n * ONE - amount, 0n]);
      expect(book.refused(redeem(payment, { amount: 0n, fingerprint: 'v1:again' })).code).toBe('duplicate_settlement');
    },
  );

  it.each([
    [11n, 'capture_exceeds_hold'],
    [-1n, 'amount_not_positive'],
  ])(
    'B4 given a hold of 10, when %s is redeemed, then it is refused, binds nothing, and the hold stays',
    (amount, code) => {
      const payment = answering();
      const from = book.log.length;
      expect(book.refused(redeem(payment, { amount })).code).toBe(code);
      expect(book.log.length).toBe(from);
      expect(book.given(redeem(payment)).type).toBe('payment.captured');
    },
  );

  it('C1 given a redemption, when the same one comes again, then it is answered as before', () => {
    const payment = answering();
    const first = book.given(redeem(payment));
    expect(book.when(redeem(payment))).toMatchObject({ kind: 'replay', bound: { event: first } });
  });

  it.each(['capture', 'release'] as const)(
    'C5 given a redemption, when another one comes to %s, then it is a duplicate, whoever asks',
    (step) => {
      const payment = answering();
      book.given(redeem(payment));
      for (const credential of [own('seller'), ADMIN])
        expect(book.refused(redeem(payment, { step, credential, fingerprint: 'v1:second' }))).toEqual({
          code: 'duplicate_settlement',
          scope: { kind: 'payment', id: payment },
        });
      expect(book.wallet(agentWallet(seller, 'USD'))[0]).toBe(10n);
    },
  );

  it('C5 given the payer has captured it himself, when it is redeemed or made firm, then it is a duplicate', () => {
    const payment = answering();
    book.given({ type: 'payment.capture', payment_id: payment, final: true, credential: own('buyer') });
    for (const step of ['capture', 'release', 'confirm'] as const)
      expect(book.refused(redeem(payment, { step })).code).toBe('duplicate_settlement');
  });

  it('C5 given a hold for other terms, or for none, when a token redeems it, then it is refused and the hold stays', () => {
    for (const hold of [answering({ terms_hash: 'v1:other' }), answering({ terms_hash: undefined })]) {
      for (const step of ['capture', 'release', 'confirm'] as const)
        expect(book.refused(redeem(hold, { step })).code).toBe('payment_not_redeemable');
      expect(book.state.payments.get(hold)?.held).toBe(10n);
    }
  });

  it('B6 given a hold whose time is over, when it is redeemed, then that is refused and recorded, and stays so', () => {
    const payment = answering({ expires_in_ms: 1000 });
    book.passTime(1000);
    const from = book.log.length;
    expect(book.refused(redeem(payment))).toMatchObject({ code: 'hold_expired', held: '10', requested: '10' });
    expect(book.typesSince(from)).toEqual(['payment.capture_refused', 'payment.expired']);
    expect(book.when(redeem(payment)).kind).toBe('replay');
    expect(book.refused(redeem(payment, { fingerprint: 'v1:second' })).code).toBe('hold_expired');
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('B6 given a hold a moment before its time is over, when it is redeemed, then it passes', () => {
    const payment = answering({ expires_in_ms: 1000 });
    book.passTime(999);
    expect(book.given(redeem(payment)).type).toBe('payment.captured');
  });

  it('B6 given a hold that has lapsed, when it is redeemed, then it has expired', () => {
    const payment = answering({ expires_in_ms: 1000 });
    book.passTime(1000);
    book.lapse();
    for (const step of ['capture', 'release', 'confirm'] as const)
      expect(book.refused(redeem(payment, { step })).code).toBe('hold_expired');
  });

  it.each(['agent.revoke', 'agent.freeze'] as const)(
    'F1 given a hold, when its payer meets %s, then its token is good for nothing',
    (type) => {
      const payment = answering();
      book.given({ type, agent: 'buyer', reason: 'test' });
      for (const step of ['capture', 'release', 'confirm'] as const)
        expect(book.refused(redeem(payment, { step })).code).toBe('payment_not_capturable');
      expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    },
  );

  it('A1 given a payment that waits for an approval, when it is redeemed, then it is refused until it was approved', () => {
    book.given({ type: 'organization.change', approval_above: { amount: '5', asset: 'USD' } });
    const payment = answering();
    for (const step of ['capture', 'release', 'confirm'] as const)
      expect(book.refused(redeem(payment, { step })).code).toBe('payment_pending_approval');
    const { approval_id } = book.log.at(-1) as unknown as { approval_id: string };
    book.given({ type: 'approval.approve', approval_id });
    expect(book.given(redeem(payment)).type).toBe('payment.captured');
  });

  it('F7 given an unknown payment, or a declined one, when it is redeemed, then nothing was moved', () => {
    expect(book.refused(redeem('pay_unknown')).code).toBe('payment_not_found');
    book.tryHold(10_000n * ONE, { agent: 'buyer', payee: { agent: 'seller' }, terms_hash: TERMS });
    const declined = (book.log.at(-1) as { payment_id?: string }).payment_id!;
    expect(book.refused(redeem(declined)).code).toBe('payment_not_capturable');
  });
});

describe('Who may redeem', () => {
  it('F3 given an agent above the payee, when it redeems, then it passes; one below or beside it may not', () => {
    book.agent('above');
    book.agent('payee', { parent_agent: 'above' });
    book.agent('below', { parent_agent: 'payee' });
    const payment = answering({ payee: { agent: 'payee' } });
    for (const handle of ['below', 'seller', 'buyer'])
      for (const step of ['capture', 'release', 'confirm'] as const)
        expect(book.refused(redeem(payment, { step, credential: own(handle) })).code).toBe('agent_not_own');
    expect(book.given(redeem(payment, { credential: own('above') })).type).toBe('payment.captured');
    // The answer to a retry is told to nobody else either.
    expect(book.refused(redeem(payment, { credential: own('below') })).code).toBe('agent_not_own');
  });

  it('D16 given org keys, then those that orchestrate redeem, and finance and sessions do not', () => {
    const session_id = book.session(10n);
    for (const role of ['finance', 'operator', 'orchestrator'] as const)
      book.given({ type: 'key.issue', key_id: `key_${role}`, role, name: role, token_hash: 'hash' });
    const payment = answering();
    const code = (credential: Credential): string => book.refused(redeem(payment, { credential })).code;
    expect(code({ subject: 'key_finance', proof: 'hash' })).toBe('role_not_allowed');
    expect(code({ subject: session_id, proof: 'session proof' })).toBe('role_not_allowed');
    expect(code({ subject: 'key_operator', proof: 'wrong' })).toBe('credential_invalid');
    for (const role of ['operator', 'orchestrator'])
      book.given(redeem(answering(), { credential: { subject: `key_${role}`, proof: 'hash' } }));
  });

  it('F1 given a payee that was revoked, when it redeems, then its credential opens nothing', () => {
    const payment = answering();
    book.given({ type: 'agent.revoke', agent: 'seller' });
    expect(book.refused(redeem(payment, { credential: { subject: seller, proof: 'seller proof' } })).code).toBe(
      'credential_invalid',
    );
  });

  it('F7 given a payee here, when another org redeems, then the payment does not exist for it, before and after', () => {
    const payment = answering();
    const foreign = vouched({ agent_id: seller, handle: 'seller' });
    expect(book.refused(redeem(payment, { credential: foreign })).code).toBe('payment_not_found');
    book.given(redeem(payment));
    expect(book.refused(redeem(payment, { credential: foreign })).code).toBe('payment_not_found');
  });

  it('F7 D15 given a payee of another org, then that org’s keys and the named agent redeem, and nobody else', () => {
    const shop = { agent_id: 'agt_of_the_shop', handle: 'shop' };
    const abroad = (agent: string): string => answering({ payee: { agent, org: ABROAD } });
    const payment = abroad('shop');
    const others = [
      own('seller'),
      own('buyer'),
      ADMIN,
      vouched({ agent_id: 'agt_x', handle: 'other' }),
      vouched(shop, 'org_3'),
    ];
    for (const credential of others)
      for (const step of ['capture', 'release', 'confirm'] as const)
        expect(book.refused(redeem(payment, { step, credential })).code).toBe('payment_not_found');
    for (const [credential, id] of [
      [vouched(shop), payment],
      [vouched(shop), abroad('agt_of_the_shop')],
      [vouched(), abroad('shop')],
    ] as const)
      expect(book.given(redeem(id, { credential }))).toMatchObject({ type: 'payment.captured', captured: '10' });
    expect(book.wallet('clearing:out:USD')[0]).toBe(30n);
  });

  it('D16 given what settlement vouches for, when it asks for anything else, then it opens nothing', () => {
    const payment = answering({ payee: { agent: 'shop', org: ABROAD } });
    for (const command of [
      { type: 'payment.capture', payment_id: payment, final: true },
      { type: 'payment.void', payment_id: payment },
      { type: 'agent.freeze', agent: 'buyer', reason: 'test' },
    ] as const)
      expect(book.refused({ ...command, credential: vouched() }).code).toBe('credential_invalid');
  });

  it('A9 given a hold for a service, when it is redeemed by token, then nobody may', () => {
    const payment = book.hold(10n, { agent: 'buyer', terms_hash: TERMS });
    expect(book.refused(redeem(payment, { credential: ADMIN })).code).toBe('payment_not_redeemable');
  });
});

describe('A hold that its payee makes firm', () => {
  const firm = (fields: object = {}): string => {
    const payment = answering(fields);
    book.given(redeem(payment, { step: 'confirm' }));
    return payment;
  };

  it('D12 given it is firm, when its time is over, then it does not lapse, and is captured all the same', () => {
    const payment = firm({ expires_in_ms: 1000 });
    book.passTime(1000);
    book.lapse();
    expect(book.state.payments.get(payment)?.held).toBe(10n);
    expect(book.given(redeem(payment, { amount: 4n }))).toMatchObject({ captured: '4', released: '6' });
  });

  it('C3 given it is firm, then its outcome is unknown no sooner than the hold would have ended, and it stays redeemable', () => {
    const payment = firm({ expires_in_ms: 90_000 });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.dispatched', unknown_at: book.now + 90_000 });
    book.passTime(90_000);
    book.lapse();
    expect(book.state.payments.get(payment)?.status).toBe('outcome_unknown');
    expect(book.given(redeem(payment)).type).toBe('payment.captured');
    book.given(redeem(answering({ expires_in_ms: 1000 }), { step: 'confirm' }));
    expect(book.log.at(-1)).toMatchObject({ unknown_at: book.now + 60_000 });
  });

  it('F2 given it is firm, when its payer is revoked, then it is still the payee’s to capture', () => {
    const payment = firm();
    book.given({ type: 'agent.revoke', agent: 'buyer' });
    expect(book.given(redeem(payment)).type).toBe('payment.captured');
  });

  it('B3 given it is firm, when the payee releases it, then all comes back and there is nothing to capture', () => {
    const payment = firm();
    expect(book.given(redeem(payment, { step: 'release' }))).toMatchObject({
      type: 'payment.voided',
      reason: 'resolved',
      released: '10',
    });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.refused(redeem(payment, { fingerprint: 'v1:second' })).code).toBe('payment_not_capturable');
    expect(book.when(redeem(payment, { step: 'release' })).kind).toBe('replay');
  });

  it('D12 given it is firm, when the payer voids it or captures a part, then only an operator may', () => {
    book.given({ type: 'key.issue', key_id: 'key_orchestrator', role: 'orchestrator', name: 'o', token_hash: 'hash' });
    const session_id = book.session(50n);
    const payment = firm({ session_id });
    const ends = [
      { type: 'payment.void', payment_id: payment },
      { type: 'payment.capture', payment_id: payment, amount: 1n, final: true },
      { type: 'payment.capture', payment_id: payment, amount: 0n, final: true },
      { type: 'payment.capture', payment_id: payment, amount: 9n, final: false },
    ] as const;
    for (const end of ends) {
      for (const credential of [own('buyer'), { subject: session_id, proof: 'session proof' }])
        expect(book.refused({ ...end, credential }).code).toBe('payment_dispatched');
      const orchestrator = { subject: 'key_orchestrator', proof: 'hash' };
      expect(book.refused({ ...end, credential: orchestrator }).code).toBe('role_not_allowed');
    }
    expect(book.state.payments.get(payment)?.held).toBe(10n);
    expect(book.given({ ...ends[1], credential: ADMIN })).toMatchObject({ captured: '1', released: '9' });
  });

  it('D12 given a hold that is not firm, or answers no challenge, then the payer captures what he likes', () => {
    const capture = { type: 'payment.capture', amount: 1n, final: true, credential: own('buyer') } as const;
    expect(book.given({ ...capture, payment_id: answering() }).type).toBe('payment.captured');
    const direct = answering({ terms_hash: undefined });
    book.given({ type: 'payment.dispatch', payment_id: direct });
    expect(book.given({ ...capture, payment_id: direct }).type).toBe('payment.captured');
  });

  it('C1 given it is firm, when the same confirmation comes again, then it is answered as before; another is refused', () => {
    const payment = firm();
    expect(book.when(redeem(payment, { step: 'confirm' })).kind).toBe('replay');
    const second = redeem(payment, { step: 'confirm', fingerprint: 'v1:second' });
    expect(book.refused(second).code).toBe('payment_dispatched');
    book.given(redeem(payment));
    expect(book.when(redeem(payment, { step: 'confirm' })).kind).toBe('replay');
    expect(book.refused(second).code).toBe('payment_dispatched');
  });

  it('D12 given it was dispatched by its orchestrator, when the payee confirms it, then it is firm already', () => {
    const payment = answering();
    book.given({ type: 'payment.dispatch', payment_id: payment });
    expect(book.refused(redeem(payment, { step: 'confirm' })).code).toBe('payment_dispatched');
    expect(book.given(redeem(payment)).type).toBe('payment.captured');
  });

  it('B6 given its time was over before it was confirmed, then it ends as expired, and its key says so for ever', () => {
    const payment = answering({ expires_in_ms: 1000 });
    book.passTime(1000);
    const confirm = redeem(payment, { step: 'confirm' });
    expect(book.when(confirm)).toMatchObject({ kind: 'record', events: [{ type: 'payment.expired' }] });
    expect(book.when(confirm).kind).toBe('replay');
    expect(book.refused({ ...confirm, fingerprint: 'v1:second' }).code).toBe('hold_expired');
    expect(book.refused(redeem(payment)).code).toBe('hold_expired');
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });
});

describe('Breakers and redemptions', () => {
  it.each([
    ['released', (id: string) => redeem(id, { step: 'release' }), 0],
    ['confirmed too late', (id: string) => redeem(id, { step: 'confirm' }), 1000],
  ] as const)('D7 given so many holds in a row that are %s, then the payer is frozen', (_what, end, wait) => {
    book.agent('runaway', { breakers: { failures_in_a_row: 2 } });
    for (let turn = 0; turn < 2; turn++) {
      const payment = answering({ agent: 'runaway', expires_in_ms: 1000 });
      book.passTime(wait);
      book.when(end(payment));
    }
    expect(book.agentOf('runaway')).toMatchObject({ status: 'frozen', status_reason: 'breaker:failures_in_a_row' });
  });

  it('D4 given redemptions of every kind, when the log is replayed, then the book is the same', () => {
    const [taken, firm, released, open] = [answering(), answering(), answering(), answering()];
    book.given(redeem(taken, { amount: 3n }));
    book.given(redeem(firm, { step: 'confirm' }));
    book.given(redeem(released, { step: 'release' }));
    const replayed = book.replayed();
    for (const id of [taken, firm, released, open])
      expect(replayed.payments.get(id)).toEqual(book.state.payments.get(id));
    expect(replayed.payments.get(open)?.details.terms_hash).toBe(TERMS);
    expect(dumpBook(replayed)).toEqual(dumpBook(book.state));
  });
});
