import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, limit, ONE, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import type { AuthorizePayment } from '../commands/index.js';
import { explain, type Explanation } from './explain.js';

function explained(book: BookScenario, input: CommandInput): Explanation {
  const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input } as AuthorizePayment;
  const answer = explain(book.state, book.facts, command, book.now, book.settings);
  if (answer.kind !== 'explained') throw new Error(JSON.stringify(answer));
  return answer.explanation;
}

type Story = readonly [rule: string, story: (book: BookScenario) => CommandInput];

/** What a payment of 6 by `worker` meets, where this is all that stands against it. */
const ofAgent =
  (fields: object, payment: object = {}) =>
  (book: BookScenario): CommandInput => {
    book.agent('worker', fields);
    return book.payment(6n, { agent: 'worker', ...payment });
  };
const below =
  (fields: object) =>
  (book: BookScenario): CommandInput => {
    book.agent('above', fields);
    book.agent('worker', { parent_agent: 'above' });
    return book.payment(6n, { agent: 'worker' });
  };
const inSession =
  (budget: bigint, fields: object, before?: CommandInput) =>
  (book: BookScenario): CommandInput => {
    book.agent('worker');
    const session_id = book.session(budget, fields);
    if (before) book.given({ ...before, session_id } as CommandInput);
    return book.payment(6n, { agent: 'worker', session_id });
  };
const ofOrg =
  (fields: object) =>
  (book: BookScenario): CommandInput => {
    book.agent('worker');
    book.given({ type: 'organization.change', ...fields });
    return book.payment(6n, { agent: 'worker' });
  };

const NEVER = { time_zone: 'UTC', spans: [] };

const stories: Story[] = [
  [
    'status',
    (book) => {
      const payment = ofAgent({})(book);
      book.given({ type: 'agent.freeze', agent: 'worker', reason: '' });
      return payment;
    },
  ],
  ['protocol:direct', ofAgent({ protocols: ['acp'] })],
  ['deny:services', ofAgent({ lists: { deny: { services: ['search'] } } })],
  ['allow:categories', ofAgent({ lists: { deny: {}, allow: { categories: ['tools'] } } })],
  ['hours', ofAgent({ lists: { hours: NEVER } })],
  ['amount:payment:USD', ofAgent({ limits: [limit('payment', 5n)] })],
  ['amount:day:USD', ofAgent({ limits: [limit('payment', 6n), limit('day', 5n)] })],
  ['amount:lifetime:USD', ofAgent({ limits: [limit('lifetime', 5n)] })],
  ['held:lifetime:USD', ofAgent({ limits: [limit('lifetime', 5n, { of: 'held' })] })],
  ['count:day:USD', ofAgent({ limits: [limit('day', 0n, { of: 'count' })] })],
  ['amount:week:USD:service=search', ofAgent({ limits: [limit('week', 5n, { service: 'search' })] })],
  ['amount:week:USD', below({ limits: [limit('week', 5n)] })],
  ['protocol:direct', below({ protocols: ['acp'] })],
  ['deny:services', ofOrg({ lists: { deny: { services: ['search'] } } })],
  ['amount:month:USD', ofOrg({ limits: [limit('month', 5n)] })],
  ['budget', inSession(5n, {})],
  ['hours', inSession(6n, { lists: { hours: NEVER } })],
  ['amount:lifetime:USD', inSession(6n, { limits: [limit('lifetime', 5n)] })],
  ['open', inSession(6n, {}, { type: 'session.close', session_id: '' })],
  [
    'budget',
    (book) => {
      book.agent('worker');
      const parent_session_id = book.session(5n);
      return book.payment(6n, { agent: 'worker', session_id: book.session(9n, { parent_session_id }) });
    },
  ],
  [
    'access',
    (book) => {
      const subject = book.agent('worker');
      return book.payment(6n, { credential: { subject, proof: 'worker proof' }, session_id: book.session(9n) });
    },
  ],
  ['funds', ofAgent({ funding: 'own' })],
  ['breaker:unexpected_service', ofAgent({ breakers: { expected: { services: [] } } })],
  [
    'breaker:unexpected_payee',
    (book) => {
      book.agent('friend');
      return ofAgent({ breakers: { expected: { payees: [] } } }, { payee: { agent: 'friend' } })(book);
    },
  ],
  ['breaker:amount:hour:USD', ofAgent({ breakers: { limits: [limit('hour', 5n)] } })],
];

describe('A dry run of a payment that one rule refuses', () => {
  it.each(stories)(
    'D7 A3 given it is %s, then its row says what the refusal says that is then recorded',
    (rule, story) => {
      const book = new BookScenario({ treasury: ONE });
      const input = story(book);
      const { would, decline, rules } = explained(book, input);
      const decision = book.consider(input);
      expect(would).toBe('declined');
      expect(decline).toStrictEqual(refusalOf(decision));
      const against = rules.filter(({ passes }) => !passes);
      // The name of a rule that the refusal leaves out is that of the row.
      expect(against).toStrictEqual([{ effect: 'refuses', passes: false, rule, ...decline }]);
    },
  );

  it('A5 given the day of all unseen agents together, then its row says it in their code and no row is told twice', () => {
    const book = new BookScenario({ first_use: { together_per_day: '5' } });
    const input = book.payment(6n, { agent: 'newcomer' });
    const { decline, rules } = explained(book, input);
    expect(rules.filter(({ passes }) => !passes)).toStrictEqual([{ effect: 'refuses', passes: false, ...decline }]);
    expect(decline).toMatchObject({ code: 'first_use_limit_exceeded', rule: 'amount:day:USD' });
    expect(rules.map(({ rule }) => rule)).toEqual([
      'status',
      'amount:payment:USD',
      'amount:day:USD',
      'amount:day:USD',
      'funds',
    ]);
  });

  it('D7 given a reserved session, then budgets above it are not asked, and all else of the sessions above is', () => {
    const book = new BookScenario();
    book.agent('worker');
    const root = book.session(20n, { lists: { deny: {} }, limits: [limit('day', 50n)] });
    const middle = book.session(10n, { parent_session_id: root, mode: 'reserved' });
    const leaf = book.session(9n, { parent_session_id: middle });
    const { rules } = explained(book, book.payment(6n, { agent: 'worker', session_id: leaf }));
    expect(rules.filter(({ scope }) => scope.kind === 'session').map(({ scope, rule }) => [scope.id, rule])).toEqual([
      [leaf, 'open'],
      [leaf, 'budget'],
      [middle, 'open'],
      [middle, 'budget'],
      [root, 'open'],
      [root, 'deny'],
      [root, 'amount:day:USD'],
    ]);
  });

  it('D7 given rules that pass, then each says with what it would refuse where that is one thing, and what would be left', () => {
    const book = new BookScenario({ treasury: 100n });
    const id = book.agent('worker', {
      protocols: ['direct'],
      lists: { deny: {}, allow: { services: ['search'] } },
      breakers: { expected: { services: ['search'] }, limits: [limit('hour', 50n)] },
    });
    const session_id = book.session(10n, { agent: 'worker' });
    const credential = { subject: id, proof: 'worker proof' };
    const { rules, would, decline } = explained(book, book.payment(6n, { session_id, credential, capture: true }));
    expect([would, decline]).toEqual(['captured', undefined]);
    const agent = { kind: 'agent', id };
    const session = { kind: 'session', id: session_id };
    const passes = { effect: 'refuses', passes: true };
    expect(rules.filter(({ remaining }) => remaining === undefined)).toStrictEqual([
      { ...passes, scope: session, rule: 'access', code: 'session_not_open_to_agent' },
      { ...passes, scope: agent, rule: 'status' },
      { ...passes, scope: agent, rule: 'protocol:direct', code: 'protocol_not_allowed' },
      { ...passes, scope: agent, rule: 'deny' },
      { ...passes, scope: agent, rule: 'allow' },
      { ...passes, scope: session, rule: 'open' },
      { ...passes, scope: agent, rule: 'breaker:unexpected_service', code: 'breaker_tripped' },
    ]);
    const left = rules.filter(({ remaining }) => remaining !== undefined);
    expect(left.map(({ rule, code, remaining_after }) => [rule, code, remaining_after])).toEqual([
      ['budget', 'session_budget_exceeded', '4'],
      ['funds', 'insufficient_funds', '94'],
      ['breaker:amount:hour:USD', 'breaker_tripped', '44'],
    ]);
  });
});
