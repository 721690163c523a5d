import { describe, expect, it } from '@jest/globals';
import { BookScenario, SCENARIO_ORG, type CommandInput } from '#testing';

const register = (handle: string): CommandInput => ({
  type: 'agent.register',
  handle,
  limits: [],
  funding: 'treasury',
  token_hash: 'new proof',
});

describe('A handle that is registered', () => {
  it.each<[string, (book: BookScenario) => unknown]>([
    ['is active', (book) => book.agent('worker')],
    ['is known by first use', (book) => book.spend(1n, { agent: 'worker' })],
    [
      'was revoked',
      (book) => {
        book.agent('worker');
        book.given({ type: 'agent.revoke', agent: 'worker' });
      },
    ],
  ])(
    'D7 given it is the id of an agent that %s, then it is taken: nobody can be mistaken for that agent',
    (_what, story) => {
      const book = new BookScenario();
      story(book);
      const { id } = book.agentOf('worker');
      expect(book.refused(register(id))).toStrictEqual({
        code: 'agent_handle_taken',
        scope: { kind: 'agent', id },
      });
    },
  );

  it('F1 given it was that of a revoked agent, then a new agent has it, and the old one stays revoked with what it spent', () => {
    const book = new BookScenario();
    const old = book.agent('worker');
    book.spend(5n, { agent: 'worker' });
    book.given({ type: 'agent.revoke', agent: 'worker' });
    const event = book.given(register('worker'));
    expect(event).not.toHaveProperty('replaces');
    expect(book.agentOf('worker')).toMatchObject({ status: 'active', totals: {} });
    expect(book.agentOf('worker').id).not.toBe(old);
    expect(book.agentOf(old)).toMatchObject({ status: 'revoked', totals: { USD: { spent: 5n } } });
    expect(book.refused(book.payment(1n, { credential: { subject: old, proof: 'worker proof' } }))).toMatchObject({
      code: 'credential_invalid',
    });
  });

  it('A5 given it was that of a revoked agent known by first use, then a new agent has it, and no more such agents are counted', () => {
    const book = new BookScenario({ first_use: { agents_maximum: 2 } });
    book.spend(1n, { agent: 'seen' });
    const { id } = book.agentOf('seen');
    book.given({ type: 'agent.revoke', agent: 'seen' });
    expect(book.trySpend(1n, { agent: 'seen' })).toMatchObject({ code: 'agent_revoked' });
    book.given(register('seen'));
    expect(book.agentOf('seen')).toMatchObject({ origin: 'explicit', status: 'active' });
    expect(book.agentOf('seen').id).not.toBe(id);
    expect(book.state.organizations.get('book')!.first_use_agents).toBe(1);
    book.spend(1n, { agent: 'other' });
    expect(book.refused(book.payment(1n, { agent: 'third' }))).toMatchObject({
      code: 'first_use_agents_exceeded',
      scope: { id: SCENARIO_ORG },
      spent: '2',
    });
  });

  it('F1 given it is that of a scoped agent, then it is taken', () => {
    const book = new BookScenario();
    book.agent('worker');
    const scoped_agent_id = `agt_${'9'.repeat(32)}`;
    book.given({ type: 'agent.scope', agent: 'worker', scoped_agent_id, amount: 1n, asset: 'USD', labels: {} });
    expect(book.refused(register(book.agentOf(scoped_agent_id).handle)).code).toBe('agent_handle_taken');
  });
});
