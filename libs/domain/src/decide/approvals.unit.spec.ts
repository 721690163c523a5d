import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, SCENARIO_ORG, type CommandInput } from '#testing';
import type { BookEvent } from '../events/index.js';

const above = (amount: bigint, asset: 'USD' | 'JPY' = 'USD') => ({ amount: amount.toString(), asset });
const approve = (payment: string, fields: object = {}): CommandInput => ({
  type: 'approval.approve',
  approval_id: payment.replace('pay_', 'apr_'),
  ...fields,
});
const deny = (payment: string, fields: object = {}): CommandInput => ({
  type: 'approval.deny',
  approval_id: payment.replace('pay_', 'apr_'),
  ...fields,
});
const statusOf = (book: BookScenario, payment: string): string | undefined => book.state.payments.get(payment)?.status;

const DAY = 86_400_000;

describe('A payment above a threshold', () => {
  it('A1 given a threshold, when exactly that is paid, then it passes; one unit more waits, and is held meanwhile', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n), limits: [limit('lifetime', 30n)] });
    expect(statusOf(book, book.hold(10n, { agent: 'ada' }))).toBe('authorized');
    const event = book.given(book.payment(11n, { agent: 'ada', capture: true }));
    expect(event).toMatchObject({
      type: 'payment.pending_approval',
      capture: true,
      expires_at: book.now + DAY,
      above: { scope: { kind: 'agent', id: book.agentOf('ada').id }, amount: '10' },
    });
    expect(book.wallet()).toEqual([1000n * ONE - 21n, 21n]);
    expect(book.tryHold(10n, { agent: 'ada' })).toMatchObject({ code: 'lifetime_cap_exceeded', held: '21' });
    expect(book.tryHold(9n, { agent: 'ada' })).toBeUndefined();
  });

  it('A3 given thresholds of every scope, when they differ, then the strictest binds and is named', () => {
    const book = new BookScenario();
    book.given({ type: 'organization.change', approval_above: above(50n) });
    book.agent('parent', { approval_above: above(40n) });
    book.agent('child', { parent_agent: 'parent' });
    const root = book.session(1000n, { approval_above: above(30n) });
    const leaf = book.session(1000n, { parent_session_id: root });
    const scopeOf = (amount: bigint, fields: object): unknown => {
      const event = book.given(book.payment(amount, fields));
      return event.type === 'payment.pending_approval' ? event.above.scope.kind : event.type;
    };
    expect(scopeOf(31n, { agent: 'child', session_id: leaf })).toBe('session');
    expect(scopeOf(30n, { agent: 'child', session_id: leaf })).toBe('payment.authorized');
    expect(scopeOf(41n, { agent: 'child' })).toBe('parent_agent');
    expect(scopeOf(51n, { agent: 'stranger' })).toBe('organization');
    book.given({ type: 'organization.change', approval_above: null });
    expect(scopeOf(51n, { agent: 'stranger' })).toBe('payment.authorized');
  });

  it('A3 given several thresholds that a payment passes, then the lowest is named, and of equal ones the nearest', () => {
    const book = new BookScenario();
    book.given({ type: 'organization.change', approval_above: above(50n) });
    const agent = book.agent('ada', { approval_above: above(30n) });
    const lower = book.session(1000n, { approval_above: above(20n) });
    const equal = book.session(1000n, { approval_above: above(30n) });
    const higher = book.session(1000n, { approval_above: above(40n) });
    const aboveOf = (session_id: string): unknown =>
      (book.given(book.payment(60n, { agent: 'ada', session_id })) as { above?: unknown }).above;
    expect(aboveOf(lower)).toEqual({ scope: { kind: 'session', id: lower }, amount: '20' });
    for (const session of [equal, higher])
      expect(aboveOf(session)).toEqual({ scope: { kind: 'agent', id: agent }, amount: '30' });
  });

  it('given a threshold in another asset, when this one is paid, then it waits whatever the amount', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n, 'JPY') });
    expect(book.given(book.payment(1n, { agent: 'ada' }))).toMatchObject({ above: { amount: '0' } });
    expect(book.refused(book.openSession(5n, { approval_above: above(1n, 'JPY') }))).toMatchObject({
      code: 'asset_mismatch',
    });
  });

  it('D7 given a rule that does not let it pass, when it is above a threshold, then it is declined and nobody is asked', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(1n), limits: [limit('payment', 5n)] });
    expect(book.tryHold(6n, { agent: 'ada' })).toMatchObject({ code: 'per_payment_limit_exceeded' });
    book.agent('bob', { approval_above: above(1n), limits: [limit('lifetime', 5n, { of: 'held' })] });
    expect(book.trySpend(6n, { agent: 'bob' })).toMatchObject({ code: 'held_limit_exceeded' });
  });

  it('C1 C2 given one that waits, when it is sent again with its key, then there is one request and the same answer, after the approval too', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(1n) });
    const asked = book.payment(5n, { agent: 'ada', key: 'k', fingerprint: 'f' });
    const payment = (book.given(asked) as BookEvent & { payment_id: string }).payment_id;
    const replayed = (): unknown => {
      const decision = book.when(asked);
      return decision.kind === 'replay' && decision.bound.event.type;
    };
    expect(replayed()).toBe('payment.pending_approval');
    book.given(approve(payment));
    expect(replayed()).toBe('payment.pending_approval');
    expect(book.refused({ ...asked, fingerprint: 'g' }).code).toBe('idempotency_key_conflict');
    expect([...book.state.payments.values()]).toHaveLength(1);
  });

  it('given as many as may wait, when another comes, then it is declined until one is done', () => {
    const book = new BookScenario({ settings: { approvals_pending_maximum: 2 } });
    book.agent('ada', { approval_above: above(1n) });
    const first = book.hold(2n, { agent: 'ada' });
    book.hold(2n, { agent: 'ada' });
    expect(book.tryHold(2n, { agent: 'ada' })).toEqual({
      code: 'approvals_pending_exceeded',
      scope: { kind: 'agent', id: book.agentOf('ada').id },
      rule: 'count:pending_approvals',
      limit: '2',
      held: '2',
      requested: '1',
      remaining: '0',
    });
    expect(book.tryHold(1n, { agent: 'ada' })).toBeUndefined();
    book.given(deny(first));
    expect(book.tryHold(2n, { agent: 'ada' })).toBeUndefined();
    expect(book.agentOf('ada').pending).toBe(2);
  });

  it('given holds that never waited, when they end, then the number of those that wait is as before', () => {
    const book = new BookScenario({ settings: { approvals_pending_maximum: 1 } });
    book.agent('ada', { approval_above: above(1n) });
    for (let time = 0; time < 3; time++)
      book.given({ type: 'payment.void', payment_id: book.hold(1n, { agent: 'ada' }) });
    book.hold(2n, { agent: 'ada' });
    expect(book.agentOf('ada').pending).toBe(1);
    expect(book.tryHold(2n, { agent: 'ada' })).toMatchObject({ code: 'approvals_pending_exceeded' });
  });
});

describe('Approving', () => {
  const waiting = (fields: object = {}, options: object = {}): { book: BookScenario; payment: string } => {
    const book = new BookScenario(options);
    book.agent('ada', { approval_above: above(10n), limits: [limit('day', 100n)] });
    return { book, payment: book.hold(60n, { agent: 'ada', ...fields }) };
  };

  it('B1 given one that asked to be captured, when it is approved, then it is captured at once', () => {
    const { book, payment } = waiting({ capture: true });
    const from = book.log.length;
    book.given(approve(payment));
    expect(book.typesSince(from)).toEqual(['payment.approved', 'payment.captured']);
    expect(book.wallet()).toEqual([1000n * ONE - 60n, 0n]);
    expect(book.wallet('service:search:USD')).toEqual([60n, 0n]);
    expect(book.agentOf('ada').totals.USD).toEqual({ spent: 60n, held: 0n, count: 1 });
  });

  it('B6 given one that asked to be held, when it is approved, then its hold lives as long as was asked, from then on', () => {
    const { book, payment } = waiting({ expires_in_ms: 5_000 });
    book.passTime(3_600_000);
    expect(book.given(approve(payment))).toMatchObject({ type: 'payment.approved', expires_at: book.now + 5_000 });
    expect(statusOf(book, payment)).toBe('authorized');
    book.passTime(5_000);
    book.lapse();
    expect(book.log.at(-1)!.type).toBe('payment.expired');
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('A1 B2 given a cap that its own hold fills, when it is approved, then that hold is not counted twice', () => {
    const { book, payment } = waiting();
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('day', 60n)] });
    expect(book.given(approve(payment)).type).toBe('payment.approved');
  });

  it('E6 D7 given a cap lowered meanwhile, when it is approved, then the rule is recorded and it waits on; raised again, it passes', () => {
    const { book, payment } = waiting();
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('day', 59n)] });
    const refusal = book.refused(approve(payment, { key: 'k', fingerprint: 'f' }));
    expect(refusal).toMatchObject({
      code: 'window_limit_exceeded',
      limit: '59',
      spent: '0',
      held: '0',
      requested: '60',
    });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.approval_refused', decline: refusal });
    expect(statusOf(book, payment)).toBe('pending_approval');
    expect(book.wallet()).toEqual([1000n * ONE - 60n, 60n]);
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('day', 60n)] });
    expect(book.refused(approve(payment, { key: 'k', fingerprint: 'f' }))).toEqual(refusal);
    expect(book.given(approve(payment)).type).toBe('payment.approved');
  });

  it('E6 given lists and budgets changed meanwhile, when it is approved, then they bind', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n) });
    const session = book.session(100n);
    const payment = book.hold(60n, { agent: 'ada', session_id: session });
    book.given({ type: 'agent.change', agent: 'ada', lists: { deny: { services: ['search'] } } });
    expect(book.refused(approve(payment))).toMatchObject({ code: 'service_not_allowed' });
    book.given({ type: 'agent.change', agent: 'ada', lists: null });
    book.given({ type: 'session.change', session_id: session, budget: 59n });
    expect(book.refused(approve(payment))).toMatchObject({ code: 'session_budget_exceeded', held: '0' });
    book.given({ type: 'session.change', session_id: session, budget: 60n });
    expect(book.given(approve(payment)).type).toBe('payment.approved');
  });

  it('D5 given one whose day has gone by, when it is approved, then what today spends is no matter, but the cap as it is now is', () => {
    const { book, payment } = waiting();
    book.passTime(DAY - 1);
    book.spend(10n, { agent: 'ada' });
    expect(book.given({ type: 'agent.change', agent: 'ada', limits: [limit('day', 50n)] })).toBeDefined();
    expect(book.refused(approve(payment))).toMatchObject({ code: 'window_limit_exceeded', limit: '50', spent: '0' });
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('day', 65n)] });
    expect(book.given(approve(payment)).type).toBe('payment.approved');
    expect(book.tryHold(10n, { agent: 'ada' })).toBeUndefined();
  });

  it('F5 given a session that is over or a payee that is revoked, when it is approved, then that is why not', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n) });
    book.agent('shop');
    const session = book.session(100n, { expires_in_ms: 1000 });
    const inside = book.hold(20n, { agent: 'ada', session_id: session });
    const toShop = book.hold(20n, { agent: 'ada', payee: { agent: 'shop' } });
    book.given({ type: 'agent.revoke', agent: 'shop' });
    book.passTime(1000);
    expect(book.refused(approve(inside))).toMatchObject({ code: 'session_expired' });
    expect(book.refused(approve(toShop))).toMatchObject({ code: 'payee_not_found' });
  });

  it('B1 given nobody who decides, when a day has passed, then the owner voids it, and approving or denying is refused', () => {
    const { book, payment } = waiting({}, { settings: { approval_ms: 1000 } });
    const late = book.hold(20n, { agent: 'ada' });
    book.passTime(999);
    book.lapse();
    expect(statusOf(book, payment)).toBe('pending_approval');
    book.passTime(1);
    // The timer has not been there yet: whoever asks finds that it is over.
    book.when(approve(late));
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.voided', reason: 'approval_expired' });
    book.lapse();
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.refused(approve(payment))).toMatchObject({ code: 'approval_not_pending' });
    expect(book.refused(deny(payment))).toMatchObject({ code: 'approval_not_pending', scope: { kind: 'approval' } });
  });

  it('E6 given what others have spent meanwhile in the windows of its request, when it is approved, then that counts', () => {
    const book = new BookScenario();
    book.agent('ada', {
      approval_above: above(10n),
      limits: [limit('payment', 100n), limit('lifetime', 1000n), limit({ rolling_seconds: 60 }, 100n)],
    });
    const session = book.session(1000n, { limits: [limit('hour', 100n)] });
    const payment = book.hold(60n, { agent: 'ada', session_id: session });
    const spendTens = (times: number, fields: object): void => {
      for (let time = 0; time < times; time++) book.spend(10n, fields);
    };
    spendTens(4, { agent: 'ada' });
    book.given({ type: 'agent.change', agent: 'ada', set_limits: [limit({ rolling_seconds: 60 }, 99n)] });
    expect(book.refused(approve(payment))).toMatchObject({ rule: 'amount:rolling-60s:USD', spent: '40', limit: '99' });
    // A bucket of a second leaves when all of it is a minute old.
    book.passTime(60_999);
    expect(book.refused(approve(payment))).toMatchObject({ rule: 'amount:rolling-60s:USD', spent: '40' });
    book.passTime(1);
    spendTens(4, { agent: 'ada' });
    spendTens(4, { session_id: session });
    book.given({ type: 'session.change', session_id: session, limits: [limit('hour', 99n)] });
    expect(book.refused(approve(payment))).toMatchObject({ scope: { kind: 'session' }, spent: '40', limit: '99' });
    book.passTime(3_600_000 - 61_000 - 1);
    expect(book.refused(approve(payment))).toMatchObject({ scope: { kind: 'session' }, spent: '40' });
    book.passTime(1);
    spendTens(4, { session_id: session });
    expect(book.given(approve(payment)).type).toBe('payment.approved');
  });

  it('E3 given a window that has just begun, when it is approved in the same moment, then what others spent in it counts', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n), limits: [limit('hour', 100n)] });
    const payment = book.hold(60n, { agent: 'ada' });
    book.spend(10n, { agent: 'ada' });
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('hour', 69n)] });
    expect(book.now % 3_600_000).toBe(0);
    expect(book.refused(approve(payment))).toMatchObject({ rule: 'amount:hour:USD', spent: '10' });
  });

  it('A11 given a cap on what is held that was lowered meanwhile, when it is approved, then it binds a hold and no capture', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n), limits: [limit('lifetime', 200n, { of: 'held' })] });
    const [held, captured] = [book.hold(60n, { agent: 'ada' }), book.spend(60n, { agent: 'ada' })];
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('lifetime', 59n, { of: 'held' })] });
    expect(book.refused(approve(held))).toMatchObject({ code: 'held_limit_exceeded' });
    expect(book.given(approve(captured)).type).toBe('payment.approved');
  });

  it('F7 given payees in the org and outside, when payments to them are approved, then lists are asked of who they are', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n) });
    book.agent('shop');
    const org = `org_${'7'.repeat(32)}`;
    const inside = book.hold(20n, { agent: 'ada', payee: { agent: 'shop' } });
    const outside = book.hold(20n, { agent: 'ada', payee: { agent: 'shop', org } });
    book.given({ type: 'agent.change', agent: 'ada', lists: { deny: { payee_orgs: [org] } } });
    expect(book.refused(approve(outside))).toMatchObject({ code: 'payee_not_allowed', rule: 'deny:payee_orgs' });
    expect(book.given(approve(inside)).type).toBe('payment.approved');
  });

  it('B1 C1 given one that is denied as its time ends, then it is over; before, it is denied, once for its key', () => {
    const { book, payment } = waiting({}, { settings: { approval_ms: 1000 } });
    const [plain, late] = [book.hold(20n, { agent: 'ada' }), book.hold(20n, { agent: 'ada' })];
    const denial = deny(payment, { key: 'k', fingerprint: 'f', explanation: 'no' });
    book.passTime(999);
    expect(book.given(denial)).toMatchObject({ reason: 'approval_denied', explanation: 'no' });
    expect(book.when(denial)).toMatchObject({ kind: 'replay', bound: { event: { reason: 'approval_denied' } } });
    const unexplained = book.consider(deny(plain));
    if (unexplained.kind !== 'record') throw new Error('expected a record');
    expect(unexplained.events[0]).not.toHaveProperty('explanation');
    book.passTime(1);
    const over = book.given(deny(late, { explanation: 'no' }));
    expect(over).toMatchObject({ type: 'payment.voided', reason: 'approval_expired' });
    expect(over).not.toHaveProperty('explanation');
  });

  it('B1 given one that is denied, then its hold is released with the reason, and it cannot be approved', () => {
    const { book, payment } = waiting();
    const denied = book.given(deny(payment, { explanation: 'too dear' }));
    expect(denied).toMatchObject({ type: 'payment.voided', reason: 'approval_denied', explanation: 'too dear' });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
    expect(book.refused(approve(payment)).code).toBe('approval_not_pending');
  });

  it('F2 F5 given some that wait, when their agent is frozen or revoked or their session closed, then they are voided', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: above(10n) });
    book.agent('kid', { parent_agent: 'ada' });
    const session = book.session(100n);
    const first = book.hold(20n, { agent: 'kid', session_id: session });
    book.given({ type: 'session.close', session_id: session });
    const second = book.hold(20n, { agent: 'kid' });
    book.given({ type: 'agent.freeze', agent: 'ada', reason: 'test' });
    book.given({ type: 'agent.unfreeze', agent: 'ada' });
    const third = book.hold(20n, { agent: 'kid' });
    book.given({ type: 'agent.revoke', agent: 'ada' });
    const reasons = book.log.flatMap((event) => (event.type === 'payment.voided' ? [event.reason] : []));
    expect(reasons).toEqual(['session_closed', 'agent_frozen', 'agent_revoked']);
    for (const payment of [first, second, third])
      expect(book.refused(approve(payment)).code).toBe('approval_not_pending');
    expect(book.agentOf('kid').pending).toBe(0);
    expect([...book.state.approvals.values()]).toEqual([]);
  });

  it('F6 given one that waits, when others than operators decide, or it is captured or dispatched, then they are refused; its payer may void it', () => {
    const { book, payment } = waiting();
    book.given({ type: 'key.issue', key_id: 'key_o', role: 'orchestrator', name: 'o', token_hash: 'o proof' });
    const orchestrator = { credential: { subject: 'key_o', proof: 'o proof' } };
    const ada = { credential: { subject: book.agentOf('ada').id, proof: 'ada proof' } };
    expect(book.refused(approve(payment, orchestrator)).code).toBe('role_not_allowed');
    expect(book.refused(deny(payment, ada)).code).toBe('role_not_allowed');
    const capture: CommandInput = { type: 'payment.capture', payment_id: payment, final: true, ...ada };
    expect(book.refused(capture).code).toBe('payment_pending_approval');
    expect(book.refused({ type: 'payment.dispatch', payment_id: payment }).code).toBe('payment_pending_approval');
    const session = book.session(1n);
    const lifting: CommandInput = {
      type: 'session.change',
      session_id: session,
      approval_above: null,
      ...orchestrator,
    };
    expect(book.refused(lifting).code).toBe('role_not_allowed');
    expect(book.given({ type: 'payment.void', payment_id: payment, ...ada })).toMatchObject({ reason: 'requested' });
  });

  it('given breakers, when a payment waits, then it is asked about first; withdrawing it is no failure, being declined for want of room is a decline', () => {
    const book = new BookScenario({ settings: { approvals_pending_maximum: 1 } });
    const breakers = { failures_in_a_row: 1, declines_in_a_row: 1, expected: { services: ['search'] } };
    book.agent('ada', { approval_above: above(10n), breakers });
    book.given({ type: 'payment.void', payment_id: book.hold(20n, { agent: 'ada' }) });
    expect(book.agentOf('ada').status).toBe('active');
    book.hold(20n, { agent: 'ada' });
    expect(book.tryHold(20n, { agent: 'ada' })).toMatchObject({ code: 'approvals_pending_exceeded' });
    expect(book.agentOf('ada').status).toBe('frozen');
    expect([...book.state.approvals.values()]).toEqual([]);
    book.given({ type: 'agent.unfreeze', agent: 'ada' });
    expect(book.tryHold(20n, { agent: 'ada', payee: { service: 'other' } })).toMatchObject({ code: 'breaker_tripped' });
  });

  it('F7 given payments that never waited, when they are named as approvals, then there are none', () => {
    const { book } = waiting();
    const plain = book.hold(1n, { agent: 'ada' });
    const spent = book.spend(1n, { agent: 'ada' });
    for (const id of [plain, spent, `pay_${'0'.repeat(32)}`])
      expect(book.refused(approve(id))).toMatchObject({ code: 'approval_not_found', scope: { kind: 'approval' } });
  });

  it('D4 given a story of approvals, when it is replayed, then the same book comes of it', () => {
    const { book, payment } = waiting({ capture: true });
    const second = book.hold(20n, { agent: 'ada' });
    book.given(approve(payment));
    book.given(deny(second));
    book.hold(15n, { agent: 'ada' });
    const replayed = book.replayed();
    for (const table of ['agents', 'payments', 'approvals', 'wallets', 'grants'] as const)
      expect([...replayed[table].values()]).toEqual([...book.state[table].values()]);
    expect(SCENARIO_ORG).toBe(book.log[0]!.org);
  });
});
