import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';
import { isPaymentEvent } from './events/index.js';
import type { LimitDefinition } from './limits.js';
import type { Decline } from './declines.js';
import { ScopeMembers, type PolicyScope } from './policy-scope.js';
import { PolicySimulation, type DraftPolicy } from './policy-simulation.js';

const SCOPED = 'agt_01900000000070009000000000000001';

const limit = (fields: Partial<LimitDefinition> & { maximum: string }): LimitDefinition => ({
  of: 'amount',
  per: 'day',
  asset: 'USD',
  ...fields,
});

function simulate(book: BookScenario, draft: DraftPolicy, from = 0, of?: PolicyScope) {
  const scope = of ?? { kind: 'agent', id: book.agentOf('worker').id };
  const [simulation, members] = [new PolicySimulation(draft, scope, from), new ScopeMembers(scope)];
  for (const event of book.log) members.learn(event);
  const events = book.log.filter(isPaymentEvent).filter((event) => members.counts(event));
  return events.flatMap((event) => simulation.take(event) ?? []);
}

describe('A draft policy run against recorded payments', () => {
  it('A11 given a cap, then it would have refused what is a unit above it, and what it refuses counts no further', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const amount of [6n, 5n, 4n]) book.spend(amount, { agent: 'worker' });
    expect(simulate(book, { limits: [limit({ maximum: '10' })] })).toMatchObject([
      { kind: 'passes' },
      { kind: 'would_refuse', decline: { code: 'window_limit_exceeded', spent: '6', requested: '5', remaining: '4' } },
      { kind: 'passes' },
    ]);
  });

  it('D5 given captures, voids and refunds, then they count in the draft as they count in the book', () => {
    const book = new BookScenario();
    book.agent('worker');
    const [voided, captured] = [book.hold(5n, { agent: 'worker' }), book.hold(5n, { agent: 'worker' })];
    book.given({ type: 'payment.void', payment_id: voided });
    book.given({ type: 'payment.capture', payment_id: captured, amount: 2n, final: true });
    const paid = book.spend(8n, { agent: 'worker' });
    book.given({ type: 'payment.refund', payment_id: paid, amount: 3n });
    book.spend(3n, { agent: 'worker' });
    book.spend(1n, { agent: 'worker' });
    const verdicts = simulate(book, { limits: [limit({ per: 'lifetime', maximum: '10' })] });
    expect(verdicts.map(({ kind }) => kind)).toEqual(['passes', 'passes', 'passes', 'passes', 'would_refuse']);
  });

  it('given payments before the period, then they fill the windows and are not judged', () => {
    const book = new BookScenario();
    book.agent('worker');
    book.spend(9n, { agent: 'worker' });
    book.passTime(1_000);
    const from = book.now;
    book.spend(2n, { agent: 'worker' });
    expect(simulate(book, { limits: [limit({ maximum: '10' })] }, from)).toMatchObject([{ kind: 'would_refuse' }]);
    expect(simulate(book, { limits: [], lists: { deny: { services: ['search'] } } }, from)).toMatchObject([
      { kind: 'would_refuse', decline: { code: 'service_not_allowed', rule: 'deny:services' } },
    ]);
  });

  it('given a payment that the agent’s own limit refused, then a wider draft would let it pass; another’s refusal stays', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit({ maximum: '5' })] });
    const session = book.session(1n);
    book.trySpend(6n, { agent: 'worker' });
    book.trySpend(2n, { agent: 'worker', session_id: session });
    expect(simulate(book, { limits: [limit({ maximum: '6' })] })).toMatchObject([
      { kind: 'would_pass', declined: { code: 'window_limit_exceeded' } },
    ]);
    expect(simulate(book, { limits: [limit({ maximum: '5' })] })).toEqual([]);
  });

  it('A1 given the limits that the agent has, then the draft refuses nothing that passed: decision and simulation agree', () => {
    const limits = [limit({ maximum: '50' }), limit({ of: 'count', per: 'hour', maximum: '4' })];
    const book = new BookScenario();
    book.agent('worker', { limits });
    for (let index = 0; index < 30; index++) {
      book.trySpend(BigInt(1 + (index % 7)), { agent: 'worker' });
      book.passTime(700_000);
    }
    const verdicts = simulate(book, { limits });
    expect(verdicts.length).toBeGreaterThan(10);
    expect(verdicts.filter(({ kind }) => kind !== 'passes')).toEqual([]);
  });

  it('A11 given payments that wait, are held or are transfers, then a cap on what is held is asked of the first two', () => {
    const book = new BookScenario();
    book.agent('worker', { approval_above: { amount: '5', asset: 'USD' } });
    book.hold(4n, { agent: 'worker' });
    book.hold(6n, { agent: 'worker' });
    book.spend(3n, { agent: 'worker' });
    const draft = { limits: [limit({ of: 'held', per: 'lifetime', maximum: '4' })] };
    expect(simulate(book, draft)).toMatchObject([
      { kind: 'passes' },
      { kind: 'would_refuse', decline: { code: 'held_limit_exceeded', held: '4', requested: '6' } },
      { kind: 'passes' },
    ]);
  });

  it('given a payment that the draft refuses, then what comes of it later counts nowhere either', () => {
    const book = new BookScenario();
    book.agent('worker');
    const refused = book.hold(11n, { agent: 'worker' });
    book.given({ type: 'payment.capture', payment_id: refused, final: true });
    book.given({ type: 'payment.refund', payment_id: refused, amount: 5n });
    book.spend(10n, { agent: 'worker' });
    book.spend(1n, { agent: 'worker' });
    const verdicts = simulate(book, { limits: [limit({ maximum: '10' })] });
    expect(verdicts.map(({ kind }) => kind)).toEqual(['would_refuse', 'passes', 'would_refuse']);
  });

  it('D7 given a refusal, then it names the rule, the figures and the scope that the draft is for', () => {
    const book = new BookScenario();
    const id = book.agent('worker');
    book.spend(6n, { agent: 'worker' });
    const scope = { kind: 'agent', id } as const;
    expect(simulate(book, { limits: [limit({ maximum: '5' })] })).toEqual([
      {
        kind: 'would_refuse',
        decline: {
          code: 'window_limit_exceeded',
          scope,
          rule: 'amount:day:USD',
          asset: 'USD',
          limit: '5',
          spent: '0',
          held: '0',
          requested: '6',
          remaining: '5',
          resets_at: Date.UTC(2026, 2, 5),
        },
      },
    ]);
    expect(simulate(book, { limits: [], lists: { allow: { services: [] } } })).toEqual([
      { kind: 'would_refuse', decline: { code: 'service_not_allowed', rule: 'allow:services', scope } },
    ]);
  });

  it('F7 given payments by protocol, in a category and to another org, then lists are asked of them as they were', () => {
    const org = `org_${'7'.repeat(32)}`;
    const book = new BookScenario();
    book.agent('worker');
    book.agent('shop');
    book.spend(1n, { agent: 'worker', category: 'games' });
    book.spend(1n, { agent: 'worker', protocol: 'x402' });
    book.spend(1n, { agent: 'worker', payee: { agent: 'shop' } });
    book.spend(1n, { agent: 'worker', payee: { agent: 'shop', org } });
    const rules = (deny: object) =>
      simulate(book, { limits: [], lists: { deny } }).map((verdict) => 'decline' in verdict && verdict.decline.rule);
    expect(rules({ categories: ['games'] })).toEqual(['deny:categories', false, false, false]);
    expect(rules({ protocols: ['x402'] })).toEqual([false, 'deny:protocols', false, false]);
    expect(rules({ payee_orgs: [org] })).toEqual([false, false, false, 'deny:payee_orgs']);
    const { org: own } = book.log[0]!;
    expect(rules({ payee_orgs: [own] })).toEqual([false, false, 'deny:payee_orgs', false]);
  });

  it('E1 given hours and windows, then they are those of the time at which each payment was authorized', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (let day = 0; day < 3; day++) {
      book.spend(10n, { agent: 'worker' });
      book.passTime(86_400_000);
    }
    const wednesday = { from: 2 * 1440, to: 3 * 1440 };
    const draft = { limits: [limit({ maximum: '10' })], lists: { hours: { time_zone: 'UTC', spans: [wednesday] } } };
    expect(simulate(book, { limits: draft.limits }).map(({ kind }) => kind)).toEqual(['passes', 'passes', 'passes']);
    expect(simulate(book, draft).map(({ kind }) => kind)).toEqual(['passes', 'would_refuse', 'would_refuse']);
  });

  it('given a period, then a payment at its first moment is judged, and a refusal before it is none of it', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit({ maximum: '5' })] });
    book.trySpend(6n, { agent: 'worker' });
    book.passTime(1000);
    book.spend(5n, { agent: 'worker' });
    const draft = { limits: [limit({ maximum: '100' })] };
    expect(simulate(book, draft, book.now).map(({ kind }) => kind)).toEqual(['passes']);
    expect(simulate(book, draft, book.now - 999).map(({ kind }) => kind)).toEqual(['passes']);
    expect(simulate(book, draft, book.now - 1000).map(({ kind }) => kind)).toEqual(['would_pass', 'passes']);
    expect(simulate(book, draft, book.now + 1)).toEqual([]);
  });

  it('A1 given a parent with children and scoped agents, then the draft decides of each of them as its real limits do', () => {
    const limits = [limit({ maximum: '40' }), limit({ of: 'held', per: 'lifetime', maximum: '15' })];
    const lists = { deny: { services: ['mail'] } };
    const spend = (policy: object): BookScenario => {
      const book = new BookScenario();
      book.agent('worker', policy);
      book.agent('child', { parent_agent: 'worker' });
      book.agent('stranger');
      const amount = 100n;
      const scope = { type: 'agent.scope', agent: 'child', amount, asset: 'USD', labels: {} } as const;
      book.given({ ...scope, scoped_agent_id: SCOPED });
      const payers = ['worker', 'child', SCOPED, 'stranger'];
      for (let index = 0; index < 60; index++) {
        const agent = payers[index % 4]!;
        const payee = { service: index % 11 === 0 ? 'mail' : 'search' };
        const payment = book.payment(BigInt(1 + (index % 7)), { agent, payee, capture: index % 3 > 0 });
        book.when(payment);
        book.passTime(3_600_000);
        book.lapse();
      }
      return book;
    };
    const free = spend({});
    const ruled = spend({ limits, lists });
    const decided = ruled.log
      .filter(isPaymentEvent)
      .filter(({ payer }) => payer.handle !== 'stranger')
      .flatMap((event) => (event.type === 'payment.declined' ? [event.decline] : []));
    const verdicts = simulate(free, { limits, lists }).flatMap((one) =>
      one.kind === 'would_refuse' ? [one.decline] : [],
    );
    const nameless = (declines: readonly Decline[]) =>
      declines.map(({ scope, ...told }) => ({ ...told, kind: scope.kind }));
    expect(new Set(verdicts.map(({ code }) => code)).size).toBeGreaterThan(1);
    expect(new Set(verdicts.map(({ scope }) => scope.kind))).toEqual(new Set(['agent', 'parent_agent']));
    expect(nameless(verdicts)).toEqual(nameless(decided));
  });

  it('A1 given a session with sessions below it, then its draft counts what is spent in all of them, and nowhere else', () => {
    const book = new BookScenario();
    book.agent('worker');
    const root = book.session(100n);
    const leaf = book.session(50n, { parent_session_id: root });
    const other = book.session(100n);
    for (const session_id of [root, leaf, other, leaf]) book.spend(4n, { agent: 'worker', session_id });
    book.spend(4n, { agent: 'worker' });
    const scope = { kind: 'session', id: root } as const;
    expect(simulate(book, { limits: [limit({ maximum: '11' })] }, 0, scope)).toMatchObject([
      { kind: 'passes' },
      { kind: 'passes' },
      { kind: 'would_refuse', decline: { scope, spent: '8', remaining: '3' } },
    ]);
  });
});

describe('The members of a scope', () => {
  it('A1 given agents that are older than what was read, then it says whom it has to be told of, until it knows', () => {
    const members = new ScopeMembers({ kind: 'agent', id: 'top' });
    members.tell('leaf', 'middle');
    expect(members.has('leaf')).toEqual({ unknown: 'middle' });
    members.tell('middle', 'top');
    members.tell('apart', undefined);
    expect(['leaf', 'middle', 'top', 'apart'].map((id) => members.has(id))).toEqual([true, true, true, false]);
  });
});
