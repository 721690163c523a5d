import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, OWNER } from '#testing';
import type { BookEvent } from '../events/index.js';
import { evolve } from '../evolve/index.js';
import { Book } from '../state/index.js';
import { explainPast, isPaymentDecision, type PastExplanation } from './explain-past.js';

/** Explains the decision that was recorded last, from the log and after whatever came later. */
function explained(book: BookScenario, change: (event: BookEvent) => BookEvent = (event) => event): PastExplanation {
  const event = change(book.log.findLast(isPaymentDecision)!);
  if (!isPaymentDecision(event)) throw new Error(event.type);
  const before = new Book();
  for (const earlier of book.log) if (earlier.sequence < event.sequence) evolve(before, earlier);
  return explainPast(before, event, book.settings);
}

describe('A decision of the past', () => {
  it('D7: is explained with the figures of then, whatever was set and spent since', () => {
    const book = new BookScenario({ treasury: 50n * ONE });
    const agent = book.agent('worker', { limits: [limit('day', 5n * ONE)] });
    book.spend(3n * ONE, { agent });
    expect(book.trySpend(3n * ONE, { agent })?.code).toBe('window_limit_exceeded');
    const version = book.agentOf(agent).policy_version;
    book.given({ type: 'agent.change', agent, limits: [limit('day', 20n * ONE)] });
    book.given({ type: 'agent.revoke', agent });
    const past = explained(book);
    expect(past).toMatchObject({ would: 'declined', policy_version: version, reproduced: true });
    expect(past.rules.find(({ rule }) => rule === 'amount:day:UTC:USD' || rule === 'amount:day:USD')).toMatchObject({
      passes: false,
      limit: '5000000',
      spent: '3000000',
      remaining: '2000000',
    });
  });

  it('D16: asks the rule of access of the credential that acted, as it was then', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    const closedTo = book.session(9n * ONE);
    const openTo = book.session(9n * ONE, { agent });
    const credential = { subject: agent, proof: 'worker proof' };
    expect(book.tryHold(ONE, { credential, session_id: closedTo })?.code).toBe('session_not_open_to_agent');
    expect(explained(book)).toMatchObject({ would: 'declined', reproduced: true });
    // A session's token beside its own opens what its own does not.
    const session = { subject: closedTo, proof: 'session proof' };
    book.spend(ONE, { credential: { ...credential, session } });
    expect(explained(book)).toMatchObject({ would: 'captured', reproduced: true });
    book.spend(ONE, { credential: { subject: openTo, proof: 'session proof' }, session_id: openTo });
    expect(explained(book)).toMatchObject({ would: 'captured', reproduced: true });
  });

  it('D7: knows of a refusal whether it was to be captured at once, and tries both where it was not recorded', () => {
    const book = new BookScenario({ treasury: 50n * ONE });
    const agent = book.agent('worker', { limits: [limit('lifetime', ONE, { of: 'held' }), limit('payment', ONE)] });
    expect(book.trySpend(2n * ONE, { agent })?.code).toBe('per_payment_limit_exceeded');
    const past = explained(book);
    expect(past.reproduced).toBe(true);
    expect(past.rules.map(({ rule }) => rule)).not.toContain('held:lifetime:USD');
    const asRecordedOnce = (event: BookEvent): BookEvent => {
      const { policy: _policy, capture: _capture, ...older } = event as BookEvent & { policy?: 1; capture?: boolean };
      return older as BookEvent;
    };
    const older = explained(book, asRecordedOnce);
    // What it did not record follows from the book as it was.
    expect(older).toMatchObject({ reproduced: true, rules: past.rules, policy_version: past.policy_version });
    book.given({ type: 'agent.change', agent, limits: [limit('lifetime', ONE, { of: 'held' })] });
    expect(book.tryHold(2n * ONE, { agent })?.code).toBe('held_limit_exceeded');
    for (const held of [explained(book), explained(book, asRecordedOnce)])
      expect(held).toMatchObject({ would: 'declined', reproduced: true });
  });

  it('D7: that this code would decide otherwise is said, beside the recorded verdict', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', { limits: [limit('payment', 9n * ONE)] });
    book.spend(2n * ONE, { agent });
    const decline = { code: 'agent_frozen', scope: { kind: 'agent', id: agent } } as const;
    const past = explained(book, (event) => ({ ...event, type: 'payment.declined', decline }) as BookEvent);
    expect(past).toMatchObject({ would: 'declined', decline, reproduced: false });
    expect(past.rules.map(({ rule, passes }) => [rule, passes])).toEqual([
      ['status', true],
      ['amount:payment:USD', true],
      ['funds', true],
    ]);
    const lost = explained(book, (event) => ({ ...event, by: 'key_unknown' }));
    expect(lost).toMatchObject({ would: 'captured', reproduced: false, rules: [], payment: { amount: '2000000' } });
  });

  it('D7: of another scope, or of another verdict, is not reproduced', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    const changed = (fields: object) => explained(book, (event) => ({ ...event, ...fields }));
    book.hold(2n, { agent });
    expect(changed({})).toMatchObject({ would: 'authorized', reproduced: true });
    const waits = changed({ type: 'payment.pending_approval', capture: false });
    expect(waits).toMatchObject({ would: 'pending_approval', reproduced: false });
    expect(waits).not.toHaveProperty('decline');
    book.given({ type: 'agent.change', agent, limits: [limit('payment', 1n)] });
    const decline = book.tryHold(2n, { agent })!;
    expect(changed({}).reproduced).toBe(true);
    for (const scope of [
      { kind: 'parent_agent', id: agent },
      { kind: 'agent', id: 'agt_other' },
    ])
      expect(changed({ decline: { ...decline, scope } })).toMatchObject({ decline: { scope }, reproduced: false });
  });

  it('D7: says the version of the rules that was recorded', () => {
    const book = new BookScenario();
    book.spend(2n, { agent: 'worker' });
    expect(explained(book, (event) => ({ ...event, policy: 999 }) as BookEvent)).toMatchObject({
      policy_version: 999,
      reproduced: true,
    });
  });

  it('D7: by the owner, and by a key in a session, is reproduced; by a session that is not known it is not', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    book.spend(2n, { agent, credential: OWNER });
    expect(explained(book).reproduced).toBe(true);
    book.spend(2n, { agent, session_id: book.session(9n) });
    expect(explained(book).reproduced).toBe(true);
    expect(explained(book, (event) => ({ ...event, by: 'ses_unknown' }))).toMatchObject({
      reproduced: false,
      rules: [],
    });
  });

  it('D7: in no session, by an agent that has a token, is told where it is not reproduced', () => {
    const book = new BookScenario();
    const subject = book.agent('worker');
    book.spend(2n, { credential: { subject, proof: 'worker proof' } });
    const decline = { code: 'agent_frozen', scope: { kind: 'agent', id: subject } } as const;
    const past = explained(book, (event) => ({ ...event, type: 'payment.declined', decline }) as BookEvent);
    expect(past).toMatchObject({ would: 'declined', reproduced: false, payment: { amount: '2' } });
    expect(past.rules.map(({ rule }) => rule)).toEqual(['status', 'funds']);
  });

  it('D7: is told with what it was asked for: the category, and whether to capture at once', () => {
    const book = new BookScenario();
    const lists = { deny: { categories: ['tools'] } };
    const limits = [limit('payment', 5n), limit('lifetime', 5n, { of: 'held' })];
    const agent = book.agent('worker', { lists, limits, approval_above: { amount: '2', asset: 'USD' } });
    const rules = (change?: (event: BookEvent) => BookEvent): unknown[] => {
      const past = explained(book, change);
      expect(past.reproduced).toBe(true);
      return past.rules.map(({ rule }) => rule);
    };
    const withoutVersion = (event: BookEvent): BookEvent => {
      const { policy: _policy, ...older } = event as BookEvent & { policy?: number };
      return older;
    };
    expect(book.trySpend(1n, { agent, category: 'tools' })).toMatchObject({ code: 'category_not_allowed' });
    expect(rules()).toEqual(['status', 'deny:categories', 'amount:payment:USD', 'funds', 'approval_above']);
    // What is held while it waits is asked last; of what asks to be held, among the agent's limits.
    const waiting = ['status', 'deny', 'amount:payment:USD', 'funds', 'approval_above', 'count:pending_approvals'];
    book.trySpend(6n, { agent });
    expect(rules()).toEqual([...waiting, 'held:lifetime:USD']);
    book.spend(3n, { agent });
    expect(rules()).toEqual([...waiting, 'held:lifetime:USD']);
    expect(rules(withoutVersion)).toEqual([...waiting, 'held:lifetime:USD']);
    expect(book.tryHold(4n, { agent })).toMatchObject({ code: 'held_limit_exceeded' });
    expect(rules()).toContain('held:lifetime:USD');
    expect(rules(withoutVersion)).toContain('held:lifetime:USD');
  });

  it('D7: is whatever a payment begins with, and none of its later steps', () => {
    const book = new BookScenario();
    book.given({ type: 'payment.void', payment_id: book.hold(1n, { agent: 'worker' }) });
    expect(book.log.filter(isPaymentDecision).map(({ type }) => type)).toEqual(['payment.authorized']);
  });

  it('D15: explains payments to agents, to other orgs and of newcomers, and those that wait', () => {
    const book = new BookScenario({ treasury: 50n * ONE });
    const agent = book.agent('worker', { approval_above: { amount: '5', asset: 'USD' } });
    book.agent('payee');
    book.spend(1n, { agent, payee: { agent: 'payee' } });
    expect(explained(book)).toMatchObject({ would: 'captured', reproduced: true });
    book.spend(1n, { agent, payee: { agent: 'far', org: 'org_00000000000070008000000000000002' } });
    expect(explained(book)).toMatchObject({ would: 'captured', reproduced: true });
    book.hold(6n, { agent });
    expect(explained(book)).toMatchObject({ would: 'pending_approval', reproduced: true });
    book.hold(6n, { agent: 'unseen', category: 'tools', labels: { goal: 'x' } });
    const { sequence } = book.log.at(-2)!;
    expect(explained(book)).toMatchObject({ would: 'authorized', policy_version: sequence, reproduced: true });
  });
});
