import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, SCENARIO_ORG, type CommandInput } from '#testing';
import { treasuryWallet } from '../accounts.js';
import type { BookEvent } from '../events/index.js';

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

/** The one event that a command would record, with fields that are absent and not undefined. */
function recorded(book: BookScenario, command: CommandInput): BookEvent {
  const decision = book.consider(command);
  if (decision.kind !== 'record' || decision.events.length !== 1) throw new Error('expected one event');
  return decision.events[0]!;
}

const headOf = (book: BookScenario) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: book.log.length + 1,
  time: book.now,
  by: 'key_admin',
});

describe('What the log says of a session is what was given and nothing else', () => {
  it('A10 given nothing but a budget, then nothing else is recorded, and the session has nothing else', () => {
    const book = new BookScenario();
    const event = recorded(book, book.openSession(10n));
    expect(event).toStrictEqual({
      type: 'session.opened',
      ...headOf(book),
      session_id: expect.stringMatching(/^ses_[0-9a-f]{32}$/),
      asset: 'USD',
      budget: '10',
      mode: 'shared',
      labels: {},
      token_hash: 'session proof',
    });
    const id = book.session(10n);
    expect(book.sessionOf(id)).toStrictEqual({
      id,
      asset: 'USD',
      budget: 10n,
      mode: 'shared',
      closed: false,
      labels: {},
      token_hash: 'session proof',
      policy_version: book.log.length,
      spent: 0n,
      held: 0n,
      carved: 0n,
    });
  });

  it('A10 given everything, then all of it is recorded, and the session has it', () => {
    const book = new BookScenario();
    const [agent, friend] = [book.agent('worker'), book.agent('friend')];
    const parent = book.session(100n, { labels: { goal: 'g', team: 't' } });
    const given = {
      parent_session_id: parent,
      labels: { goal: 'h' },
      limits: [limit('day', 5n, { payee: 'friend' })],
      lists: { deny: { payees: ['friend'] } },
      approval_above: { amount: '3', asset: 'USD' },
      wallet_id: TREASURY,
      description_hash: 'hash',
    } as const;
    const expected = {
      labels: { goal: 'h', team: 't' },
      limits: [limit('day', 5n, { payee: friend })],
      lists: { deny: { payees: [friend] } },
      approval_above: given.approval_above,
      wallet_id: TREASURY,
    };
    const command = book.openSession(10n, {
      ...given,
      agent: 'worker',
      participants: ['friend'],
      mode: 'reserved',
      expires_in_ms: 1000,
    });
    expect(recorded(book, command)).toStrictEqual({
      type: 'session.opened',
      ...headOf(book),
      session_id: expect.any(String),
      parent_session_id: parent,
      agent_id: agent,
      participants: [friend],
      asset: 'USD',
      budget: '10',
      mode: 'reserved',
      ...expected,
      expires_at: book.now + 1000,
      token_hash: 'session proof',
      description_hash: 'hash',
    });
    const { session_id } = book.given(command) as { session_id: string } & BookEvent;
    const { limits: _limits, ...kept } = expected;
    expect(book.sessionOf(session_id)).toMatchObject({
      ...kept,
      parent_id: parent,
      agent_id: agent,
      participants: [friend],
      expires_at: book.now + 1000,
      limits: [{ id: `amount:day:USD:payee=${friend}` }],
    });
  });

  it.each<[string, object, object]>([
    ['a budget', { budget: 0n }, { budget: '0' }],
    ['a time', { expires_in_ms: 1000 }, { expires_at: Date.UTC(2026, 2, 4, 12, 0, 1) }],
    ['no time any more', { expires_in_ms: null }, { expires_at: null }],
    ['limits', { limits: [] }, { limits: [] }],
    ['lists', { lists: { deny: {} } }, { lists: { deny: {} } }],
    ['no lists any more', { lists: null }, { lists: null }],
    [
      'a threshold',
      { approval_above: { amount: '1', asset: 'USD' } },
      { approval_above: { amount: '1', asset: 'USD' } },
    ],
    ['no threshold any more', { approval_above: null }, { approval_above: null }],
    ['nothing', {}, {}],
  ])('E6 given a change of %s, then that is recorded and nothing else', (_what, change, expected) => {
    const book = new BookScenario();
    const session_id = book.session(10n);
    expect(recorded(book, { type: 'session.change', session_id, ...change })).toStrictEqual({
      type: 'session.changed',
      ...headOf(book),
      session_id,
      ...expected,
    });
  });
});

describe('A session that is changed', () => {
  it('E6 given limits that are set, lifted and taken away, then those that are left bind, and none leave no list', () => {
    const book = new BookScenario();
    const session_id = book.session(100n, { limits: [limit('day', 5n)] });
    book.spend(5n, { session_id });
    const change = (fields: object) => book.given({ type: 'session.change', session_id, ...fields });
    change({ set_limits: [limit('lifetime', 7n)] });
    expect(book.trySpend(1n, { session_id })).toMatchObject({ rule: 'amount:day:USD' });
    change({ lift_limits: [{ of: 'amount', per: 'day' }] });
    expect(book.trySpend(3n, { session_id })).toMatchObject({ rule: 'amount:lifetime:USD', spent: '5' });
    book.spend(2n, { session_id });
    expect(book.trySpend(1n, { session_id })).toMatchObject({ rule: 'amount:lifetime:USD', spent: '7' });
    change({ limits: [] });
    expect(book.sessionOf(session_id)).not.toHaveProperty('limits');
    expect(book.trySpend(1n, { session_id })).toBeUndefined();
  });

  it('D16 E6 given a key that only orchestrates, when it changes a budget, then it may, and the limits stay', () => {
    const book = new BookScenario();
    book.given({ type: 'key.issue', key_id: 'key_low', role: 'orchestrator', name: '', token_hash: 'low' });
    const session_id = book.session(100n, { limits: [limit('day', 5n)] });
    const credential = { subject: 'key_low', proof: 'low' };
    expect(book.when({ type: 'session.change', session_id, budget: 90n, credential }).kind).toBe('record');
    expect(book.trySpend(6n, { session_id })).toMatchObject({ rule: 'amount:day:USD', limit: '5' });
  });

  it('H1 given an only child, then it names no sibling; of several, each names the one before it', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const [first, second] = [1, 2].map(() => book.session(1n, { parent_session_id: root }));
    expect(book.sessionOf(first!)).not.toHaveProperty('next_sibling');
    expect([book.sessionOf(second!).next_sibling, book.sessionOf(root).first_child]).toEqual([first, second]);
  });

  it('E1 given a new time, then it is open until then; given none, for good', () => {
    const book = new BookScenario();
    const session_id = book.session(100n, { expires_in_ms: 1000 });
    book.given({ type: 'session.change', session_id, expires_in_ms: 5000 });
    book.given({ type: 'session.change', session_id, budget: 90n });
    book.passTime(4999);
    expect(book.trySpend(1n, { session_id })).toBeUndefined();
    book.passTime(1);
    expect(book.trySpend(1n, { session_id })).toMatchObject({ code: 'session_expired' });
    book.given({ type: 'session.change', session_id, expires_in_ms: null });
    expect(book.sessionOf(session_id)).not.toHaveProperty('expires_at');
    expect(book.trySpend(1n, { session_id })).toBeUndefined();
  });

  it('D13 given a shared budget that is raised or lowered, then nothing is carved out above it', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const session_id = book.session(10n, { parent_session_id: root });
    for (const budget of [50n, 5n]) book.given({ type: 'session.change', session_id, budget });
    expect(book.sessionOf(root).carved).toBe(0n);
  });

  it('D13 given a parent that has less than is used, when a reserved budget below it stays or falls, then it may', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const session_id = book.session(60n, { parent_session_id: root, mode: 'reserved' });
    book.given({ type: 'session.change', session_id: root, budget: 10n });
    for (const budget of [60n, 50n]) book.given({ type: 'session.change', session_id, budget });
    expect(book.sessionOf(root).carved).toBe(50n);
    expect(book.refused({ type: 'session.change', session_id, budget: 51n }).code).toBe(
      'reserved_budget_not_available',
    );
  });
});

describe('A session that is closed', () => {
  it('F5 C1 given many children, then all that were open are closed below it, and only its own event binds the key', () => {
    const book = new BookScenario();
    const root = book.session(ONE);
    const children = [1, 2, 3].map(() => book.session(ONE, { parent_session_id: root }));
    const grandchild = book.session(ONE, { parent_session_id: children[0]! });
    book.given({ type: 'session.close', session_id: children[1]! });
    const from = book.log.length;
    book.given({ type: 'session.close', session_id: root, key: 'k', fingerprint: 'f' });
    const closed = book.log.slice(from) as ({ session_id?: string } & BookEvent)[];
    expect(new Set(closed.map((event) => event.session_id))).toEqual(
      new Set([root, children[0]!, children[2]!, grandchild]),
    );
    expect(closed.map((event) => event.key)).toEqual([undefined, undefined, undefined, 'k']);
    expect(closed.at(-1)!.session_id).toBe(root);
  });

  it('F5 given a hold in a child, when the child is closed, then it is voided and its parent stays open', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    const child = book.session(100n, { parent_session_id: root });
    book.hold(10n, { session_id: child });
    const other = book.hold(5n, { session_id: root });
    book.given({ type: 'session.close', session_id: child });
    expect(book.sessionOf(root)).toMatchObject({ closed: false, held: 5n });
    expect(book.state.payments.get(other)).toBeDefined();
  });

  it('F5 given as much held as is carved out, when it is closed, then the hold is voided all the same', () => {
    const book = new BookScenario();
    const root = book.session(100n);
    book.session(10n, { parent_session_id: root, mode: 'reserved' });
    book.hold(10n, { session_id: root });
    book.given({ type: 'session.close', session_id: root });
    expect(book.sessionOf(root)).toMatchObject({ held: 0n, carved: 0n });
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('D13 given three reserved ones inside each other, then each gives its room to the nearest above and to none beyond', () => {
    const book = new BookScenario();
    const root = book.session(1000n);
    const outer = book.session(500n, { parent_session_id: root, mode: 'reserved' });
    const middle = book.session(300n, { parent_session_id: outer, mode: 'reserved' });
    book.session(100n, { parent_session_id: middle, mode: 'reserved' });
    const from = book.log.length;
    book.given({ type: 'session.close', session_id: outer });
    expect(book.log.slice(from).map((event) => ('returned' in event ? event.returned : event.type))).toEqual([
      '100',
      '300',
      '500',
    ]);
    expect(book.sessionOf(root).carved).toBe(0n);
  });

  it('D16 given the tokens of its agent, of a participant and of the session itself, then each may close it', () => {
    const book = new BookScenario();
    const [worker, friend, other] = ['worker', 'friend', 'other'].map((handle) => book.agent(handle));
    const make = (): string => book.session(10n, { agent: 'worker', participants: ['friend'] });
    const close = (credential: { subject: string; proof: string }, session_id = make()) =>
      book.when({ type: 'session.close', session_id, credential });
    expect(close({ subject: worker!, proof: 'worker proof' }).kind).toBe('record');
    expect(close({ subject: friend!, proof: 'friend proof' }).kind).toBe('record');
    expect(close({ subject: other!, proof: 'other proof' }).kind).toBe('refuse');
    const own = make();
    expect(close({ subject: own, proof: 'session proof' }, own).kind).toBe('record');
    book.given({ type: 'key.issue', key_id: 'key_f', role: 'finance', name: '', token_hash: 'f' });
    expect(close({ subject: 'key_f', proof: 'f' })).toMatchObject({ refusal: { code: 'role_not_allowed' } });
  });
});

describe('A session that is opened below another', () => {
  it('D16 given a session’s token, then it opens under its own session, or under one that stands below that', () => {
    const book = new BookScenario();
    const own = book.session(100n);
    const credential = { subject: own, proof: 'session proof' };
    const open = (fields: object = {}) => book.given({ ...book.openSession(1n, fields), credential });
    const first = open() as BookEvent & { session_id: string };
    expect(first).toMatchObject({ parent_session_id: own });
    expect(open({ parent_session_id: first.session_id })).toMatchObject({ parent_session_id: first.session_id });
  });

  it('D16 given an agent’s token, then it opens under a session that lists it', () => {
    const book = new BookScenario();
    const friend = book.agent('friend');
    const parent_session_id = book.session(100n, { participants: ['friend'] });
    const credential = { subject: friend, proof: 'friend proof' };
    expect(book.given({ ...book.openSession(1n, { parent_session_id }), credential })).toMatchObject({
      parent_session_id,
    });
  });
});
