import { describe, expect, it } from '@jest/globals';
import { BookScenario, dumpBook, limit, ONE, SCENARIO_ORG, ADMIN, type CommandInput } from '#testing';
import type { AuthorizePayment } from '../commands/index.js';
import type { AgentRegistered, PaymentAuthorized } from '../events/index.js';
import { CycleFacts } from '../facts.js';
import { explain, type Explained, type Explanation } from './explain.js';

function ask(book: BookScenario, input: CommandInput): Explained {
  const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input } as AuthorizePayment;
  return explain(book.state, book.facts, command, book.now, book.settings);
}

function explained(book: BookScenario, input: CommandInput): Explanation {
  const answer = ask(book, input);
  if (answer.kind !== 'explained') throw new Error(JSON.stringify(answer));
  return answer.explanation;
}

/** A child agent in a child session, with a rule of every kind. */
function richBook() {
  const book = new BookScenario({ treasury: 50n * ONE });
  const manager = book.agent('manager', { limits: [limit('lifetime', 20n * ONE), limit('day', 9n, { of: 'count' })] });
  const worker = book.agent('worker', {
    parent_agent: 'manager',
    limits: [limit('payment', 5n * ONE), limit('day', 8n * ONE)],
    protocols: ['direct'],
    lists: { deny: { services: ['mail'] } },
  });
  const root = book.session(10n * ONE);
  const leaf = book.session(6n * ONE, { parent_session_id: root });
  book.spend(ONE, { agent: 'worker', session_id: leaf });
  book.hold(ONE, { agent: 'worker' });
  return { book, manager, worker, root, leaf };
}

describe('A dry run', () => {
  it('D7 given rules of every kind, then each is told with its figures and what would remain', () => {
    const { book, manager, worker, root, leaf } = richBook();
    const { would, rules } = explained(book, book.payment(3n * ONE, { agent: 'worker', session_id: leaf }));
    expect(would).toBe('authorized');
    expect(rules.every((rule) => rule.passes)).toBe(true);
    const told = rules.map(({ scope, rule, limit: most, spent, held, remaining, remaining_after }) =>
      [scope.id, rule, most, spent, held, remaining, remaining_after].filter((one) => one !== undefined),
    );
    expect(told).toEqual([
      [worker, 'status'],
      [worker, 'protocol:direct'],
      [worker, 'deny'],
      [worker, 'amount:payment:USD', '5000000', '0', '0', '5000000', '2000000'],
      [worker, 'amount:day:USD', '8000000', '1000000', '1000000', '6000000', '3000000'],
      [manager, 'status'],
      [manager, 'amount:lifetime:USD', '20000000', '1000000', '1000000', '18000000', '15000000'],
      [manager, 'count:day:USD', '9', '2', '0', '7', '6'],
      [leaf, 'open'],
      [leaf, 'budget', '6000000', '1000000', '0', '5000000', '2000000'],
      [root, 'open'],
      [root, 'budget', '10000000', '1000000', '0', '9000000', '6000000'],
      [expect.stringMatching(/^wal_/), 'funds', '49000000', '0', '1000000', '48000000', '45000000'],
    ]);
  });

  it('D7 A3 given several rules that refuse, then all are told, and the first is the one that is then recorded', () => {
    const { book, leaf } = richBook();
    const payment = book.payment(7n * ONE, { agent: 'worker', session_id: leaf, payee: { service: 'mail' } });
    const { would, decline, rules } = explained(book, payment);
    expect(would).toBe('declined');
    expect(rules.filter((rule) => !rule.passes).map((rule) => rule.code)).toEqual([
      'service_not_allowed',
      'per_payment_limit_exceeded',
      'window_limit_exceeded',
      'session_budget_exceeded',
    ]);
    expect(book.when(payment)).toMatchObject({ events: [{ type: 'payment.declined', decline }] });
  });

  it('D6 given anything is asked, then the book stays as it is, byte for byte, and no key is bound', () => {
    const { book, leaf } = richBook();
    const before = dumpBook(book.state);
    const events = book.log.length;
    const keyed = { key: 'one', fingerprint: 'body' };
    for (const amount of [1n, 3n * ONE, 100n * ONE])
      explained(book, book.payment(amount, { agent: 'worker', session_id: leaf, ...keyed }));
    explained(book, book.payment(1n, { agent: 'nobody-yet' }));
    expect(dumpBook(book.state)).toBe(before);
    expect(book.log).toHaveLength(events);
    expect(book.facts.boundKey(book.agentOf('worker').id, 'one')).toBeNull();
  });

  it('C2 given a key that is bound, then the same body would be a replay and another a conflict', () => {
    const { book } = richBook();
    const keyed = { agent: 'worker', key: 'one', fingerprint: 'body' };
    const event = book.given(book.payment(ONE, keyed));
    expect(explained(book, book.payment(ONE, keyed))).toMatchObject({ would: 'replay', bound: { event }, rules: [] });
    expect(explained(book, book.payment(2n, { ...keyed, fingerprint: 'other' }))).toMatchObject({
      would: 'conflict',
      decline: { code: 'idempotency_key_conflict' },
      rules: [],
    });
  });

  it('C2 given a key of which nothing is known yet, then it is asked for, as by the payment itself', () => {
    const { book, worker } = richBook();
    const input = book.payment(ONE, { agent: 'worker', key: 'one', fingerprint: 'body' });
    const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input } as AuthorizePayment;
    const answer = explain(book.state, new CycleFacts(), command, book.now, book.settings);
    expect(answer).toEqual({ kind: 'needs', missing: { keys: [{ scope: worker, key: 'one' }] } });
  });

  it('D7 given a decision of before there were versions of the rules, then its replay tells none', () => {
    const { book, worker } = richBook();
    const keyed = { agent: 'worker', key: 'one', fingerprint: 'body' };
    const { policy, ...event } = book.given(book.payment(ONE, keyed)) as PaymentAuthorized;
    expect(explained(book, book.payment(ONE, keyed))).toHaveProperty('policy_version', policy);
    const facts = new CycleFacts();
    facts.learnKey(worker, 'one', { fingerprint: 'body', event, position: '0:1' });
    const input = book.payment(ONE, keyed);
    const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input } as AuthorizePayment;
    expect(explain(book.state, facts, command, book.now, book.settings)).toStrictEqual({
      kind: 'explained',
      explanation: { would: 'replay', time: book.now, bound: facts.boundKey(worker, 'one'), rules: [] },
    });
  });

  it('D5 given a clock behind the last event, then it is explained as of that event', () => {
    const { book } = richBook();
    const { now } = book;
    book.now -= 1;
    const explanation = explained(book, book.payment(1n, { agent: 'worker' }));
    expect(explanation.time).toBe(now);
    expect(explanation).not.toHaveProperty('decline');
    book.now += 2;
    expect(explained(book, book.payment(1n, { agent: 'worker' })).time).toBe(now + 1);
  });

  it('A5 given an agent that the org has never seen, then it is explained and not registered', () => {
    const { book } = richBook();
    const { would, payment, rules } = explained(book, book.payment(600_000n, { agent: 'newcomer' }));
    expect(would).toBe('declined');
    expect(payment).toMatchObject({ newcomer: true, first_use: true, payer: { handle: 'newcomer' } });
    expect(rules.find((rule) => rule.code === 'first_use_limit_exceeded')).toMatchObject({
      scope: { kind: 'organization' },
      remaining: '100000000',
      remaining_after: '99400000',
    });
    expect(book.state.handles.get('newcomer')).toBeUndefined();
  });

  it('A1 given a scoped agent, then its own limit stands before those of its agent', () => {
    const { book, worker } = richBook();
    const scoped_agent_id = 'agt_01900000000070009000000000000001';
    const scope = {
      agent: 'worker',
      amount: 2n * ONE,
      asset: 'USD',
      labels: { label: 'goal' },
      scoped_agent_id,
    } as const;
    const { agent_id } = book.given({ type: 'agent.scope', ...scope }) as AgentRegistered;
    const { rules, payment, decline } = explained(
      book,
      book.payment(3n * ONE, { agent: agent_id, labels: { label: 'x' } }),
    );
    expect(payment).toMatchObject({ labels: { label: 'goal' } });
    expect(decline).toMatchObject({ code: 'lifetime_cap_exceeded', scope: { kind: 'agent', id: agent_id } });
    expect(rules.find((rule) => rule.rule === 'amount:day:USD')).toMatchObject({
      scope: { kind: 'parent_agent', id: worker },
      passes: true,
    });
  });

  it('D10 F7 given whoever may not pay, then it is refused like the payment, and nothing is explained', () => {
    const { book, worker } = richBook();
    book.agent('other');
    const credential = { subject: worker, proof: 'worker proof' };
    expect(ask(book, book.payment(1n, { agent: 'other', credential }))).toMatchObject({
      kind: 'refuse',
      refusal: { code: 'agent_not_own' },
    });
    expect(ask(book, book.payment(1n, { credential: { subject: worker, proof: 'wrong' } }))).toMatchObject({
      refusal: { code: 'credential_invalid' },
    });
  });
});
