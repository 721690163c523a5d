import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, SCENARIO_ORG, type CommandInput } from '#testing';
import type { BookEvent } from '../events/index.js';
import { changedScope } from '../policy-change.js';

/** A book with one of everything. */
function given() {
  const book = new BookScenario({ treasury: 50n * ONE });
  const parent = book.agent('parent', { limits: [limit('lifetime', 40n * ONE)] });
  const child = book.agent('child', { parent_agent: parent, limits: [limit('lifetime', 20n * ONE)] });
  const other = book.agent('other');
  const root = book.session(20n * ONE);
  const leaf = book.session(10n * ONE, { parent_session_id: root });
  const aside = book.session(ONE);
  return { book, parent, child, other, root, leaf, aside };
}

/** Versions of all scopes by id; `grants` of all grants. */
function versions({ state }: BookScenario): Map<string, number> {
  const org = [...state.organizations.values()][0]!;
  const scopes = [org, ...state.agents.values(), ...state.sessions.values(), ...state.grants.values()];
  const all = new Map(scopes.map(({ id, policy_version }) => [id, policy_version]));
  return all.set('grants', org.grants_version ?? 0);
}

/** Ids of the scopes whose version a command changed, each to the number of the event that did. */
function raisedBy(book: BookScenario, input: CommandInput): string[] {
  const before = versions(book);
  const from = book.log.length;
  book.given(input);
  const raised = [...versions(book)].filter(([id, version]) => before.get(id) !== version);
  const fresh = book.log.slice(from);
  for (const [id, version] of raised) {
    const scope = changedScope(fresh.find((event) => event.sequence === version)!);
    expect(scope?.kind === 'grant' ? ['grants', scope.id] : [scope?.id]).toContain(id);
  }
  const grants = fresh.some(({ type }) => type.startsWith('approval.grant_'));
  const told = fresh.flatMap((event) => changedScope(event)?.id ?? []);
  const gone = told.filter((id) => !versions(book).has(id));
  expect(new Set([...raised.map(([id]) => id), ...gone])).toEqual(new Set([...told, ...(grants ? ['grants'] : [])]));
  return raised.map(([id]) => id);
}

describe('The version of a scope’s rules', () => {
  it('D7: is raised by whatever sets a rule of the agent, and of no other scope', () => {
    const { book, child } = given();
    const change = { type: 'agent.change', agent: child } as const;
    for (const input of [
      { ...change, limits: [limit('lifetime', 9n * ONE)] },
      { ...change, set_limits: [limit('day', 5n * ONE)] },
      { ...change, lists: { deny: { services: ['mail'] } } },
      { ...change, lists: null },
      { ...change, protocols: ['direct'] },
      { ...change, approval_above: { amount: '5', asset: 'USD' } },
      { ...change, breakers: { declines_in_a_row: 5 } },
      { ...change, funding: 'own' },
      { type: 'topup', target: { agent: child }, amount: ONE, asset: 'USD' },
      { type: 'agent.freeze', agent: child, reason: 'audit' },
      { type: 'agent.unfreeze', agent: child },
      { type: 'agent.revoke', agent: child },
    ] as CommandInput[])
      expect([input, raisedBy(book, input)]).toEqual([input, [child]]);
  });

  it('D7: is raised by whatever sets a rule of the session or the org, and closing raises every session that is closed', () => {
    const { book, root, leaf } = given();
    const org = [...book.state.organizations.values()][0]!.id;
    const change = { type: 'session.change', session_id: leaf } as const;
    for (const input of [
      { ...change, budget: 9n * ONE },
      { ...change, expires_in_ms: 60_000 },
      { ...change, limits: [limit('day', ONE)] },
      { ...change, lists: { deny: { services: ['mail'] } } },
      { ...change, approval_above: { amount: '5', asset: 'USD' } },
      { type: 'topup', target: { session_id: leaf }, amount: ONE, asset: 'USD' },
    ] as CommandInput[])
      expect([input, raisedBy(book, input)]).toEqual([input, [leaf]]);
    for (const input of [
      { limits: [limit('day', 9n * ONE)] },
      { lists: { deny: { services: ['mail'] } } },
      { approval_above: null },
      { first_use: { enabled: false } },
    ] as object[])
      expect(raisedBy(book, { type: 'organization.change', ...input })).toEqual([org]);
    expect(raisedBy(book, { type: 'session.close', session_id: root }).toSorted()).toEqual([root, leaf].toSorted());
  });

  it('D7: begins with what makes the scope, a grant’s with the grant, whose end raises that of all grants', () => {
    const { book, parent } = given();
    const registered = raisedBy(book, {
      type: 'agent.register',
      handle: 'new',
      limits: [],
      funding: 'treasury',
      token_hash: '',
    });
    expect(registered).toEqual([book.agentOf('new').id]);
    const scoped = {
      type: 'agent.scope',
      agent: parent,
      scoped_agent_id: 'agt_5',
      amount: ONE,
      asset: 'USD',
      labels: {},
    };
    expect(raisedBy(book, scoped as CommandInput)).toEqual(['agt_5']);
    expect(raisedBy(book, book.openSession(ONE))).toHaveLength(1);
    expect(
      raisedBy(
        book,
        book.openSession(ONE, { parent_session_id: raisedBy(book, book.openSession(2n * ONE))[0]!, mode: 'reserved' }),
      ),
    ).toHaveLength(1);
    const grant = { type: 'grant.create', payee: { service: 'search' }, limit: limit('day', ONE) } as const;
    const [grant_id] = raisedBy(book, grant) as [string];
    expect(raisedBy(book, { type: 'grant.revoke', grant_id })).toEqual(['grants']);
  });

  it('D7: is of the scope that the event names, in the word for its kind', () => {
    const { book, child, leaf } = given();
    const scope = (event: BookEvent) => changedScope(event);
    const org = { kind: 'organization', id: SCENARIO_ORG };
    expect(scope(book.log[0]!)).toEqual(org);
    expect(scope(book.given({ type: 'organization.change', lists: null }))).toEqual(org);
    expect(scope(book.given({ type: 'agent.freeze', agent: child, reason: '' }))).toEqual({ kind: 'agent', id: child });
    expect(scope(book.given({ type: 'session.close', session_id: leaf }))).toEqual({ kind: 'session', id: leaf });
    const grant = book.given({ type: 'grant.create', payee: { service: 'mail' }, limit: limit('day', ONE) });
    const { grant_id } = grant as Extract<BookEvent, { type: 'approval.grant_created' }>;
    expect(scope(grant)).toEqual({ kind: 'grant', id: grant_id });
  });

  it('D7: stays where it is through money, keys, tokens, names and payments', () => {
    const { book, child, leaf } = given();
    const paid = book.spend(ONE, { agent: child, session_id: leaf });
    const held = book.hold(ONE, { agent: child, session_id: leaf });
    for (const input of [
      { type: 'topup', target: { wallet_id: 'wal_00000000000070008000000000000001_usd' }, amount: ONE, asset: 'USD' },
      { type: 'key.issue', key_id: 'key_2', role: 'finance', name: 'reads', token_hash: 'x' },
      { type: 'key.revoke', key_id: 'key_2' },
      { type: 'agent.rotate_token', agent: child, token_hash: 'y', overlap_ms: 0 },
      { type: 'organization.change', name: 'Renamed' },
      { type: 'wallet.open', kind: 'escrow', name: 'deals', asset: 'USD' },
      book.payment(ONE, { agent: child, session_id: leaf }),
      { type: 'payment.dispatch', payment_id: held },
      { type: 'payment.capture', payment_id: held, final: true },
      { type: 'payment.refund', payment_id: paid },
    ] as CommandInput[])
      expect([input.type, raisedBy(book, input)]).toEqual([input.type, []]);
  });
});

describe('The version that a payment is decided under', () => {
  const policyOf = (book: BookScenario): number | undefined => (book.log.at(-1) as { policy?: number }).policy;

  it('D7: is the highest of payer, parents, session, ancestors and org, and of no other', () => {
    const { book, parent, child, other, root, leaf, aside } = given();
    const pay = () => {
      book.spend(1n, { agent: child, session_id: leaf });
      return policyOf(book);
    };
    for (const input of [
      { type: 'agent.change', agent: child, protocols: null },
      { type: 'agent.change', agent: parent, protocols: null },
      { type: 'session.change', session_id: leaf, lists: null },
      { type: 'session.change', session_id: root, lists: null },
      { type: 'organization.change', lists: null },
    ] as CommandInput[]) {
      const { sequence } = book.given(input);
      expect([input, pay()]).toEqual([input, sequence]);
    }
    const before = pay();
    book.given({ type: 'agent.change', agent: other, protocols: null });
    book.given({ type: 'session.change', session_id: aside, lists: null });
    book.given({ type: 'grant.create', payee: { service: 'search' }, limit: limit('day', ONE) });
    expect(pay()).toBe(before);
  });

  it('D7: counts the grants where a threshold is passed, and only there; an approval is decided anew', () => {
    const { book, child } = given();
    book.given({ type: 'agent.change', agent: child, approval_above: { amount: '5', asset: 'USD' } });
    const below = policyOf((book.spend(5n, { agent: child }), book));
    const grant = book.given({ type: 'grant.create', payee: { service: 'mail' }, limit: limit('day', ONE) });
    expect(policyOf((book.spend(5n, { agent: child }), book))).toBe(below);
    const waiting = book.given(book.payment(6n, { agent: child })) as { approval_id?: string };
    expect(policyOf(book)).toBe(grant.sequence);
    const changed = book.given({ type: 'agent.change', agent: child, protocols: null });
    const approved = book.given({ type: 'approval.approve', approval_id: waiting.approval_id! });
    expect(approved).toMatchObject({ type: 'payment.approved', policy: changed.sequence });
  });

  it('D7: stands in refusals too, and a newcomer’s is that of its registration', () => {
    const { book, child } = given();
    expect(book.tryHold(30n * ONE, { agent: child })?.code).toBe('lifetime_cap_exceeded');
    expect(policyOf(book)).toBe(book.agentOf(child).policy_version);
    book.spend(1n, { agent: 'unseen' });
    expect(policyOf(book)).toBe(book.agentOf('unseen').policy_version);
    expect(policyOf(book)).toBe(book.log.at(-2)!.sequence);
  });
});
