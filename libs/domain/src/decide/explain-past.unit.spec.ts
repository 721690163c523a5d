import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE } from '#testing';
import type { BookEvent } from '../events.js';
import { evolve } from '../evolve/index.js';
import { Book } from '../state.js';
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
  });

  it('D7: that this code would decide otherwise is said, beside the recorded verdict', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', { limits: [limit('payment', 9n * ONE)] });
    book.spend(2n * ONE, { agent });
    const decline = { code: 'agent_frozen', scope: { kind: 'agent', id: agent } } as const;
    const past = explained(book, (event) => ({ ...event, type: 'payment.declined', decline }) as BookEvent);
    expect(past).toMatchObject({ would: 'declined', decline, reproduced: false });
    expect(past.rules.map(({ passes }) => passes)).toEqual(past.rules.map(() => true));
    const lost = explained(book, (event) => ({ ...event, by: 'key_unknown' }));
    expect(lost).toMatchObject({ would: 'captured', reproduced: false, rules: [], payment: { amount: '2000000' } });
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
