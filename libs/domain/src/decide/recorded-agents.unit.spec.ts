import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, SCENARIO_ORG, type CommandInput } from '#testing';
import type { BookEvent } from '../events/index.js';

const HEX = /^agt_[0-9a-f]{32}$/;

/** The events that a command would record, with fields that are absent and not undefined. */
function recorded(book: BookScenario, command: CommandInput): readonly BookEvent[] {
  const decision = book.consider(command);
  if (decision.kind !== 'record') throw new Error('expected a record');
  return decision.events;
}

const headOf = (book: BookScenario, index = 0) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: book.log.length + 1 + index,
  time: book.now,
  by: 'key_admin',
});

const register = (fields: object = {}): CommandInput => ({
  type: 'agent.register',
  handle: 'worker',
  limits: [],
  funding: 'treasury',
  token_hash: 'hash',
  ...fields,
});

describe('What the log says of agents is what was given and nothing else', () => {
  it('A10 given nothing but a handle, then nothing else is recorded, and the agent has nothing else', () => {
    const book = new BookScenario();
    const [event] = recorded(book, register({ fresh_id: '5'.repeat(32) }));
    const id = `agt_${'5'.repeat(32)}`;
    expect(event).toStrictEqual({
      type: 'agent.registered',
      ...headOf(book),
      agent_id: id,
      handle: 'worker',
      origin: 'explicit',
      limits: [],
      funding: 'treasury',
      labels: {},
      token_hash: 'hash',
      revocation_id: `rev_${'5'.repeat(32)}`,
    });
    book.given(register({ fresh_id: '5'.repeat(32) }));
    expect(book.agentOf('worker')).toStrictEqual({
      id,
      handle: 'worker',
      status: 'active',
      origin: 'explicit',
      registered_at: book.now,
      policy_version: book.log.length,
      limits: [],
      funding: 'treasury',
      labels: {},
      tokens: [{ hash: 'hash' }],
      revocation_id: `rev_${'5'.repeat(32)}`,
      totals: {},
    });
  });

  it('A10 given everything, then all of it is recorded, payees by their ids, and the agent has it', () => {
    const book = new BookScenario();
    const [boss, friend] = [book.agent('boss'), book.agent('friend')];
    const command = register({
      parent_agent: 'boss',
      limits: [limit('day', 5n, { payee: 'friend' })],
      protocols: ['x402'],
      lists: { allow: { payees: ['friend'] }, deny: { services: ['mail'] } },
      approval_above: { amount: '3', asset: 'USD' },
      breakers: { declines_in_a_row: 3, expected: { payees: ['friend'] } },
      funding: 'own',
    });
    const kept = {
      protocols: ['x402'],
      lists: { allow: { payees: [friend] }, deny: { services: ['mail'] } },
      approval_above: { amount: '3', asset: 'USD' },
      funding: 'own',
      labels: {},
    };
    const breakers = { declines_in_a_row: 3, expected: { payees: [friend] } };
    expect(recorded(book, command)).toStrictEqual([
      {
        type: 'agent.registered',
        ...headOf(book),
        agent_id: expect.stringMatching(HEX),
        handle: 'worker',
        origin: 'explicit',
        parent_agent_id: boss,
        limits: [limit('day', 5n, { payee: friend })],
        breakers,
        ...kept,
        token_hash: 'hash',
        revocation_id: expect.stringMatching(/^rev_[0-9a-f]{32}$/),
      },
    ]);
    book.given(command);
    expect(book.agentOf('worker')).toMatchObject({
      ...kept,
      parent_id: boss,
      breakers: { settings: breakers, declines: 0, failures: 0, limits: [] },
      limits: [{ id: `amount:day:USD:payee=${friend}` }],
    });
  });

  it('E5 given an agent known by first use that is taken over, then what it has used is kept, and its windows start from it', () => {
    const book = new BookScenario();
    book.spend(5n, { agent: 'worker' });
    const before = book.agentOf('worker');
    book.passTime(1000);
    const [event] = recorded(book, register({ limits: [limit('week', 10n)] }));
    expect(event).toMatchObject({
      agent_id: before.id,
      replaces: true,
      starts: [{ limit: 'amount:week:USD', spent: '5', held: '0', count: 1 }],
    });
    book.given(register({ limits: [limit('week', 10n)] }));
    expect(book.agentOf('worker')).toMatchObject({
      id: before.id,
      origin: 'explicit',
      registered_at: before.registered_at,
      totals: { USD: { spent: 5n, held: 0n, count: 1 } },
    });
    expect(book.trySpend(6n, { agent: 'worker' })).toMatchObject({ rule: 'amount:week:USD', spent: '5' });
  });

  it.each<[string, object, object]>([
    ['limits', { limits: [] }, { limits: [] }],
    ['protocols', { protocols: ['acp'] }, { protocols: ['acp'] }],
    ['no protocols any more', { protocols: null }, { protocols: null }],
    ['lists', { lists: { deny: {} } }, { lists: { deny: {} } }],
    ['no lists any more', { lists: null }, { lists: null }],
    [
      'a threshold',
      { approval_above: { amount: '1', asset: 'USD' } },
      { approval_above: { amount: '1', asset: 'USD' } },
    ],
    ['no threshold any more', { approval_above: null }, { approval_above: null }],
    ['breakers', { breakers: { declines_in_a_row: 2 } }, { breakers: { declines_in_a_row: 2 } }],
    ['no breakers any more', { breakers: null }, { breakers: null }],
    ['whose money it spends', { funding: 'own' }, { funding: 'own' }],
    ['nothing', {}, {}],
  ])('E6 given a change of %s, then that is recorded and nothing else', (_what, change, expected) => {
    const book = new BookScenario();
    const agent_id = book.agent('worker');
    expect(recorded(book, { type: 'agent.change', agent: 'worker', ...change })).toStrictEqual([
      { type: 'agent.changed', ...headOf(book), agent_id, ...expected },
    ]);
  });

  it('E6 given what can be lifted, then an agent and the org are as before it was set', () => {
    const book = new BookScenario();
    const id = book.agent('worker');
    const before = { agent: { ...book.agentOf(id) }, org: { ...book.state.organizations.get('book')! } };
    const set = { lists: { deny: {} }, approval_above: { amount: '1', asset: 'USD' } } as const;
    const lift = { lists: null, approval_above: null };
    const ofAgents = { protocols: ['acp'], breakers: { declines_in_a_row: 2 } } as const;
    book.given({ type: 'agent.change', agent: id, ...set, ...ofAgents });
    book.given({ type: 'agent.change', agent: id, limits: [] });
    expect(book.agentOf(id)).toMatchObject({ ...set, protocols: ['acp'], breakers: { settings: ofAgents.breakers } });
    book.given({ type: 'agent.change', agent: id, ...lift, protocols: null, breakers: null });
    book.given({ type: 'organization.change', ...set });
    book.given({ type: 'organization.change', limits: [] });
    expect(book.state.organizations.get('book')).toMatchObject(set);
    book.given({ type: 'organization.change', ...lift });
    // Only the number of the event that last set a rule tells that there was one.
    const last = book.log.length;
    expect(book.agentOf(id)).toStrictEqual({ ...before.agent, policy_version: last - 3 });
    expect(book.state.organizations.get('book')).toStrictEqual({ ...before.org, policy_version: last });
  });

  it('F1 F2 given a freeze, its end, a new token and a revocation, then each says whom it concerns, why and until when', () => {
    const book = new BookScenario();
    const agent_id = book.agent('worker');
    const hex = agent_id.slice(4);
    expect(recorded(book, { type: 'agent.freeze', agent: 'worker', reason: 'why' })).toStrictEqual([
      { type: 'agent.frozen', ...headOf(book), agent_id, reason: 'why' },
    ]);
    expect(recorded(book, { type: 'agent.revoke', revocation_id: `rev_${hex}` })).toStrictEqual([
      { type: 'agent.revoked', ...headOf(book), agent_id, revocation_id: `rev_${hex}` },
    ]);
    expect(
      recorded(book, { type: 'agent.rotate_token', agent: 'worker', token_hash: 'new', overlap_ms: 5 }),
    ).toStrictEqual([
      { type: 'agent.token_rotated', ...headOf(book), agent_id, token_hash: 'new', previous_until: book.now + 5 },
    ]);
    book.given({ type: 'agent.freeze', agent: 'worker', reason: 'why' });
    expect(book.agentOf('worker')).toMatchObject({ status: 'frozen', status_reason: 'why' });
    expect(recorded(book, { type: 'agent.unfreeze', agent: 'worker' })).toStrictEqual([
      { type: 'agent.unfrozen', ...headOf(book), agent_id },
    ]);
    book.given({ type: 'agent.unfreeze', agent: 'worker' });
    expect(book.agentOf('worker').status).toBe('active');
    expect(book.agentOf('worker')).not.toHaveProperty('status_reason');
    book.spend(1n, { agent: 'seen' });
    const seen = book.agentOf('seen').id;
    expect(recorded(book, { type: 'agent.revoke', agent: 'seen' })).toStrictEqual([
      { type: 'agent.revoked', ...headOf(book), agent_id: seen, revocation_id: `rev_${seen.slice(4)}` },
    ]);
  });

  it('F4 given new tokens with an overlap, then those before open the door until it is over, and never longer than before', () => {
    const book = new BookScenario();
    const subject = book.agent('worker');
    const rotate = (token_hash: string, overlap_ms: number) =>
      book.given({ type: 'agent.rotate_token', agent: 'worker', token_hash, overlap_ms });
    const open = (proof: string): boolean =>
      book.consider(book.payment(1n, { credential: { subject, proof } })).kind === 'record';
    rotate('second', 1000);
    rotate('third', 5000);
    expect(['worker proof', 'second', 'third'].map(open)).toEqual([true, true, true]);
    book.passTime(999);
    expect(['worker proof', 'second', 'third'].map(open)).toEqual([true, true, true]);
    book.passTime(1);
    expect(['worker proof', 'second', 'third'].map(open)).toEqual([false, true, true]);
    rotate('fourth', 0);
    expect(['worker proof', 'second', 'third', 'fourth'].map(open)).toEqual([false, false, false, true]);
    expect(book.agentOf('worker').tokens).toEqual([{ hash: 'fourth' }]);
  });
});
