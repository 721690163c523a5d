import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, SCENARIO_ORG } from '#testing';

describe('Agents known by first use', () => {
  it('A5 given an agent the org has never seen, when it pays, then it is registered under the org’s defaults first', () => {
    const book = new BookScenario();
    const from = book.log.length;
    book.spend(500_000n, { agent: 'newcomer' });
    expect(book.typesSince(from)).toEqual(['agent.registered', 'payment.transferred']);
    expect(book.agentOf('newcomer')).toMatchObject({ origin: 'first_use', tokens: [], handle: 'newcomer' });
  });

  it('A5 given an unseen agent, when its very first payment is above the default limit, then it is declined and known', () => {
    const book = new BookScenario();
    const from = book.log.length;
    expect(book.trySpend(500_001n, { agent: 'newcomer' })).toMatchObject({
      code: 'per_payment_limit_exceeded',
      limit: '500000',
    });
    expect(book.typesSince(from)).toEqual(['agent.registered', 'payment.declined']);
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('A5 given eight first requests of one unseen agent, when together they pass its day, then only those that fit pass', () => {
    const book = new BookScenario({ first_use: { per_payment: '500000', per_day: '2000000' } });
    const outcomes = Array.from({ length: 8 }, () => book.tryHold(500_000n, { agent: 'newcomer' })?.code);
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(4);
    expect(outcomes.at(-1)).toBe('window_limit_exceeded');
    expect(book.log.filter((event) => event.type === 'agent.registered')).toHaveLength(1);
  });

  it('A5 given many unseen agents, when together they reach the org’s day, then the next is declined until the next day', () => {
    const book = new BookScenario({ first_use: { together_per_day: '1000000' } });
    book.spend(500_000n, { agent: 'one' });
    book.hold(500_000n, { agent: 'two' });
    expect(book.trySpend(1n, { agent: 'three' })).toMatchObject({
      code: 'first_use_limit_exceeded',
      scope: { kind: 'organization' },
      limit: '1000000',
      spent: '500000',
      held: '500000',
      requested: '1',
      remaining: '0',
      resets_at: Date.UTC(2026, 2, 5),
    });
    book.now = Date.UTC(2026, 2, 5);
    expect(book.trySpend(1n, { agent: 'three' })).toBeUndefined();
  });

  it('A5 given an agent that was registered, when it spends beside unseen ones, then what those may spend together is theirs', () => {
    const book = new BookScenario({ first_use: { together_per_day: '10' } });
    book.agent('known');
    book.spend(4n, { agent: 'one' });
    book.spend(100n, { agent: 'known' });
    expect(book.trySpend(7n, { agent: 'two' })).toMatchObject({ code: 'first_use_limit_exceeded', spent: '4' });
    expect(book.trySpend(6n, { agent: 'two' })).toBeUndefined();
  });

  it('E4 given an org with limits of its own, when an unseen agent pays, then it counts in those and among the unseen', () => {
    const book = new BookScenario({ first_use: { together_per_day: '10' } });
    book.given({ type: 'organization.change', limits: [limit('week', 8n)] });
    book.spend(4n, { agent: 'one' });
    expect(book.trySpend(5n, { agent: 'one' })).toMatchObject({ rule: 'amount:week:USD', spent: '4' });
    book.given({ type: 'organization.change', limits: [limit('week', 100n)] });
    expect(book.trySpend(7n, { agent: 'one' })).toMatchObject({ code: 'first_use_limit_exceeded', spent: '4' });
  });

  it('A5 given as many unseen agents as the org takes, when one more comes, then the reason is told and nothing is recorded', () => {
    const book = new BookScenario({ first_use: { agents_maximum: 1 } });
    book.spend(1n, { agent: 'one' });
    const from = book.log.length;
    expect(book.refused(book.payment(1n, { agent: 'two' }))).toEqual({
      code: 'first_use_agents_exceeded',
      scope: { kind: 'organization', id: SCENARIO_ORG },
      rule: 'count:first_use_agents',
      limit: '1',
      spent: '1',
      requested: '1',
      remaining: '0',
    });
    expect(book.log.length).toBe(from);
    expect(book.refused(book.payment(1n, { agent: `agt_${'0'.repeat(32)}` })).code).toBe('agent_not_found');
  });

  it('A5 given an org that turned first use off, when an unseen agent pays, then it is not found', () => {
    const book = new BookScenario({ first_use: { enabled: false } });
    expect(book.refused(book.payment(1n, { agent: 'newcomer' })).code).toBe('agent_not_found');
  });

  it('A5 given no agent is named, when an org key pays, then the agent default pays, known by first use', () => {
    const book = new BookScenario();
    book.spend(1n);
    expect(book.agentOf('default').origin).toBe('first_use');
  });

  it('A9 given first-use limits in the default asset only, when an unseen agent pays in another, then it is refused', () => {
    const book = new BookScenario();
    expect(book.refused(book.payment(1n, { agent: 'newcomer', asset: 'JPY' })).code).toBe('asset_mismatch');
    expect(book.log.some((event) => event.type === 'agent.registered')).toBe(false);
  });

  describe('when their handle is registered', () => {
    it('C1 given a key bound before, then the identity stays and a retry of the key still gives the first answer', () => {
      const book = new BookScenario();
      book.spend(1n, { agent: 'newcomer', key: 'k', fingerprint: 'f' });
      const id = book.agentOf('newcomer').id;
      expect(book.agent('newcomer', { limits: [limit('payment', 5n)] })).toBe(id);
      expect(book.agentOf('newcomer')).toMatchObject({ origin: 'explicit', totals: { USD: { spent: 1n } } });
      expect(book.when(book.payment(1n, { agent: 'newcomer', key: 'k', fingerprint: 'f' })).kind).toBe('replay');
    });

    it('E5 given money spent and held before, then a new window starts from it and its void frees no more than it held', () => {
      const book = new BookScenario();
      book.spend(200_000n, { agent: 'newcomer' });
      const payment = book.hold(500_000n, { agent: 'newcomer' });
      book.agent('newcomer', { limits: [limit('hour', ONE)] });
      expect(book.trySpend(300_001n, { agent: 'newcomer' })).toMatchObject({ spent: '200000', held: '500000' });
      book.given({ type: 'payment.void', payment_id: payment });
      expect(book.trySpend(800_001n, { agent: 'newcomer' })).toMatchObject({
        spent: '200000',
        held: '0',
        remaining: '800000',
      });
      expect(book.trySpend(800_000n, { agent: 'newcomer' })).toBeUndefined();
    });

    it('B1 given an open hold, then its end still frees what first-use agents may spend together', () => {
      const book = new BookScenario({ first_use: { together_per_day: '500000' } });
      const payment = book.hold(500_000n, { agent: 'newcomer' });
      book.agent('newcomer');
      book.given({ type: 'payment.void', payment_id: payment });
      expect(book.trySpend(500_000n, { agent: 'other' })).toBeUndefined();
    });

    it('A5 given a payment by the registered agent, then its end gives nothing to those known by first use', () => {
      const book = new BookScenario({ first_use: { together_per_day: '500000' } });
      book.spend(500_000n, { agent: 'newcomer' });
      book.agent('newcomer');
      book.given({ type: 'payment.void', payment_id: book.hold(ONE, { agent: 'newcomer' }) });
      expect(book.trySpend(1n, { agent: 'other' })?.code).toBe('first_use_limit_exceeded');
    });

    it('D13 given that parents are fixed at creation, then a parent cannot be given to it, whose holds it never counted', () => {
      const book = new BookScenario();
      book.agent('parent', { limits: [limit('lifetime', ONE)] });
      const payment = book.hold(500_000n, { agent: 'newcomer' });
      const decision = book.when({
        type: 'agent.register',
        handle: 'newcomer',
        parent_agent: 'parent',
        limits: [],
        funding: 'treasury',
        token_hash: 'proof',
      });
      expect(refusalOf(decision)?.code).toBe('agent_handle_taken');
      book.given({ type: 'payment.void', payment_id: payment });
      expect(book.agentOf('parent').totals).toEqual({});
    });

    it('F5 given it is frozen, then registering it does not lift the freeze', () => {
      const book = new BookScenario();
      book.spend(1n, { agent: 'newcomer' });
      book.given({ type: 'agent.freeze', agent: 'newcomer', reason: 'runaway' });
      const again = book.when({
        type: 'agent.register',
        handle: 'newcomer',
        limits: [],
        funding: 'treasury',
        token_hash: 'p',
      });
      expect(refusalOf(again)?.code).toBe('agent_handle_taken');
      expect(book.trySpend(1n, { agent: 'newcomer' })?.code).toBe('agent_frozen');
    });
  });
});
