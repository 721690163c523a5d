import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import { agentWallet, treasuryWallet } from '../accounts.js';
import type { Credential, ScopeAgent } from '../commands/index.js';
import type { AgentRegistered } from '../events/index.js';

let made = 0;

function scopeOf(agent: string | undefined, amount: bigint, fields: Partial<ScopeAgent> = {}): CommandInput {
  made += 1;
  const scoped_agent_id = `agt_01900000000070009000${made.toString(16).padStart(12, '0')}`;
  return { type: 'agent.scope', agent, amount, asset: 'USD', labels: { label: 'goal' }, scoped_agent_id, ...fields };
}

function scoped(book: BookScenario, agent: string, amount: bigint, fields: Partial<ScopeAgent> = {}): string {
  return (book.given(scopeOf(agent, amount, fields)) as AgentRegistered).agent_id;
}

const tokenOf = (agentId: string, handle: string): Credential => ({ subject: agentId, proof: `${handle} proof` });

describe('A scoped agent', () => {
  it('A1 A11 given a limit, then it is spent to the unit and no further, and 0 means 0', () => {
    const book = new BookScenario();
    book.agent('writer');
    const agent = scoped(book, 'writer', 2n * ONE);
    book.hold(ONE, { agent });
    book.spend(ONE, { agent });
    expect(book.trySpend(1n, { agent })).toEqual({
      code: 'lifetime_cap_exceeded',
      scope: { kind: 'agent', id: agent },
      rule: 'amount:lifetime:USD',
      asset: 'USD',
      limit: '2000000',
      spent: '1000000',
      held: '1000000',
      requested: '1',
      remaining: '0',
    });
    expect(book.trySpend(1n, { agent: scoped(book, 'writer', 0n) })).toMatchObject({ code: 'lifetime_cap_exceeded' });
    expect(book.trySpend(ONE, { agent: 'writer' })).toBeUndefined();
  });

  it('A1 A6 given its agent has caps, then it counts against them, whichever of several is used', () => {
    const book = new BookScenario();
    const writer = book.agent('writer', { limits: [limit('day', 3n * ONE)] });
    const one = scoped(book, 'writer', 2n * ONE);
    const other = scoped(book, 'writer', 2n * ONE);
    book.spend(2n * ONE, { agent: one });
    expect(book.trySpend(2n * ONE, { agent: other })).toMatchObject({
      code: 'window_limit_exceeded',
      scope: { kind: 'parent_agent', id: writer },
      spent: '2000000',
    });
    book.spend(ONE, { agent: other });
    expect(book.trySpend(1n, { agent: 'writer' })).toMatchObject({ code: 'window_limit_exceeded' });
  });

  it('F3 given a scoped agent is paid, when it or its agent is revoked, then nobody can earn by it', () => {
    const book = new BookScenario();
    book.agent('payer');
    book.agent('writer');
    const agents = [scoped(book, 'writer', ONE), scoped(book, 'writer', ONE)];
    const payTo = (agent: string): CommandInput => book.payment(1n, { agent: 'payer', payee: { agent } });
    expect(book.given(payTo(agents[0]!))).toMatchObject({ payee: { handle: 'writer' } });
    book.given({ type: 'agent.revoke', agent: agents[0]! });
    expect(book.refused(payTo(agents[0]!)).code).toBe('payee_not_found');
    expect(book.given(payTo(agents[1]!))).toMatchObject({ payee: { handle: 'writer' } });
    book.given({ type: 'agent.revoke', agent: 'writer' });
    expect(book.refused(payTo(agents[1]!)).code).toBe('payee_not_found');
  });

  it('D10 D7 given a payment with labels of its own, then the label of the scoped agent is the one that counts', () => {
    const book = new BookScenario();
    book.agent('writer');
    const agent = scoped(book, 'writer', ONE, { labels: { label: 'goal=report', team: 'red' } });
    const session_id = book.session(ONE, { labels: { label: 'session', place: 'here' } });
    book.spend(1n, { agent, session_id, labels: { label: 'mine', team: 'blue', step: '3' } });
    expect(book.log.at(-1)).toMatchObject({
      labels: { label: 'goal=report', team: 'red', place: 'here', step: '3' },
      payer: { agent_id: agent, handle: `writer.${agent.slice(-12)}` },
    });
    expect(book.trySpend(2n * ONE, { agent, labels: { label: 'mine' } })).toBeDefined();
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.declined', labels: { label: 'goal=report' } });
  });

  it('D10 given one made of another, then the label above stays, and so it does for an agent registered below', () => {
    const book = new BookScenario();
    book.agent('writer');
    const above = scoped(book, 'writer', 2n * ONE, { labels: { label: 'above' } });
    const below = scoped(book, above, 5n * ONE, { labels: { label: 'below', part: 'two' } });
    book.agent('helper', { parent_agent: above });
    book.spend(1n, { agent: below });
    expect(book.log.at(-1)).toMatchObject({ labels: { label: 'above', part: 'two' } });
    book.spend(1n, { agent: 'helper', labels: { label: 'other' } });
    expect(book.log.at(-1)).toMatchObject({ labels: { label: 'above' } });
    expect(book.trySpend(2n * ONE, { agent: below })).toMatchObject({ scope: { kind: 'parent_agent', id: above } });
  });

  it('D14 given an agent that funds itself, then its money is spent, also after the funding was changed', () => {
    const book = new BookScenario();
    const writer = book.agent('writer', { funding: 'own' });
    const wallet_id = agentWallet(writer, 'USD');
    book.given({ type: 'topup', target: { wallet_id }, amount: ONE, asset: 'USD' });
    const agent = scoped(book, 'writer', 5n * ONE);
    expect(book.trySpend(ONE + 1n, { agent })).toMatchObject({ code: 'insufficient_funds', scope: { id: wallet_id } });
    book.spend(ONE, { agent });
    expect(book.wallet(wallet_id)).toEqual([0n, 0n]);
    book.given({ type: 'agent.change', agent: 'writer', funding: 'treasury' });
    book.spend(ONE, { agent });
    expect(book.wallet(treasuryWallet(SCENARIO_ORG, 'USD'))).toEqual([999n * ONE, 0n]);
    expect(book.refused({ type: 'agent.change', agent, funding: 'own' })).toMatchObject({ code: 'agent_is_scoped' });
  });

  it('D14 given it is paid, then its agent earns it; paying itself by way of one is refused', () => {
    const book = new BookScenario();
    const writer = book.agent('writer');
    book.agent('reader');
    const agent = scoped(book, 'writer', ONE);
    book.spend(ONE, { agent: 'reader', payee: { agent } });
    expect(book.wallet(agentWallet(writer, 'USD'))).toEqual([ONE, 0n]);
    const itself = { agent, payee: { agent: 'writer' } };
    expect(book.refused(book.payment(1n, itself))).toMatchObject({ code: 'payee_is_payer' });
    expect(book.refused(book.payment(1n, { agent: 'writer', payee: { agent } }))).toMatchObject({
      code: 'payee_is_payer',
    });
  });

  it('given a top-up that names it, then the refused plan passes with a new key, and no further', () => {
    const book = new BookScenario();
    book.agent('writer');
    const agent = scoped(book, 'writer', ONE);
    expect(book.trySpend(2n * ONE, { agent })).toMatchObject({ code: 'lifetime_cap_exceeded' });
    book.given({ type: 'topup', target: { agent }, amount: ONE, asset: 'USD' });
    expect(book.trySpend(2n * ONE, { agent })).toBeUndefined();
    expect(book.trySpend(1n, { agent })).toMatchObject({ limit: '2000000' });
  });

  it('F3 given its agent is frozen or revoked, then it stops with its holds voided; revoking it leaves its agent', () => {
    const book = new BookScenario();
    const writer = book.agent('writer');
    const [one, other] = [scoped(book, 'writer', ONE), scoped(book, 'writer', ONE)];
    book.given({ type: 'agent.revoke', agent: one });
    expect(book.trySpend(1n, { agent: one })).toMatchObject({ code: 'agent_revoked', scope: { kind: 'agent' } });
    expect(book.trySpend(1n, { agent: other })).toBeUndefined();
    book.hold(1n, { agent: other });
    book.given({ type: 'agent.freeze', agent: 'writer', reason: 'test' });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.voided', payer: { agent_id: other } });
    expect(book.trySpend(1n, { agent: other })).toEqual({
      code: 'agent_frozen',
      scope: { kind: 'parent_agent', id: writer },
    });
    expect(book.refused(scopeOf('writer', ONE))).toMatchObject({ code: 'agent_not_active' });
  });

  it('D10 given an agent’s token, then it makes them of itself and of those below it, and pays by them', () => {
    const book = new BookScenario();
    const writer = book.agent('writer');
    book.agent('helper', { parent_agent: 'writer' });
    const stranger = book.agent('stranger');
    const credential = tokenOf(writer, 'writer');
    const agent = (book.given(scopeOf(undefined, ONE, { credential })) as AgentRegistered).agent_id;
    expect(book.agentOf(agent).parent_id).toBe(writer);
    expect(refusalOf(book.when(scopeOf('helper', ONE, { credential })))).toBeUndefined();
    book.spend(1n, { agent, credential });
    for (const named of ['stranger', 'nobody'])
      expect(book.refused(scopeOf(named, ONE, { credential }))).toMatchObject({ code: 'agent_not_own' });
    const foreign = { agent, credential: tokenOf(stranger, 'stranger') };
    expect(book.refused(book.payment(1n, foreign))).toMatchObject({ code: 'agent_not_own' });
  });

  it('D10 given a session token, then the session’s agent and its scoped agents pay, and nobody else', () => {
    const book = new BookScenario();
    book.agent('writer');
    const agent = scoped(book, 'writer', ONE);
    book.agent('helper', { parent_agent: 'writer' });
    const credential = { subject: book.session(ONE, { agent: 'writer' }), proof: 'session proof' };
    expect(book.trySpend(1n, { agent, credential })).toBeUndefined();
    expect(book.refused(book.payment(1n, { agent: 'helper', credential }))).toMatchObject({ code: 'agent_not_own' });
    expect(book.refused(scopeOf('writer', ONE, { credential }))).toMatchObject({ code: 'role_not_allowed' });
  });

  it('A5 given an agent the org has never seen, then it is known by first use, and what all such spend together counts', () => {
    const book = new BookScenario({ first_use: { together_per_day: '800000' } });
    const agent = scoped(book, 'newcomer', 5n * ONE);
    expect(book.typesSince(book.log.length - 2)).toEqual(['agent.registered', 'agent.registered']);
    expect(book.agentOf('newcomer')).toMatchObject({ origin: 'first_use' });
    expect(book.trySpend(500_001n, { agent })).toMatchObject({ code: 'per_payment_limit_exceeded' });
    book.spend(500_000n, { agent });
    expect(book.trySpend(300_001n, { agent })).toMatchObject({ code: 'first_use_limit_exceeded' });
    expect(book.trySpend(300_001n, { agent: 'another' })).toMatchObject({ code: 'first_use_limit_exceeded' });
    expect(book.trySpend(300_000n, { agent })).toBeUndefined();
  });

  it('A1 given its agent has breakers, then what is scoped out of it trips them, and has none of its own', () => {
    const book = new BookScenario();
    const writer = book.agent('writer', { breakers: { limits: [limit('hour', ONE)], declines_in_a_row: 2 } });
    const [one, other] = [scoped(book, 'writer', 0n), scoped(book, 'writer', 5n * ONE)];
    book.spend(ONE, { agent: other });
    expect(book.trySpend(1n, { agent: other })).toMatchObject({ code: 'breaker_tripped', scope: { id: writer } });
    expect(book.agentOf('writer').status).toBe('frozen');
    book.given({ type: 'agent.unfreeze', agent: 'writer' });
    book.trySpend(1n, { agent: one });
    book.trySpend(1n, { agent: one });
    expect(book.agentOf('writer')).toMatchObject({ status: 'frozen', status_reason: 'breaker:declines_in_a_row' });
    const breakers = { declines_in_a_row: 9 };
    expect(book.refused({ type: 'agent.change', agent: one, breakers })).toMatchObject({ code: 'agent_is_scoped' });
  });

  it('C1 C2 given the same key again, then the same scoped agent, also once its agent is frozen; another body is a conflict', () => {
    const book = new BookScenario();
    book.agent('writer');
    const key = { key: 'one', fingerprint: 'body' };
    const first = book.given(scopeOf('writer', ONE, key));
    book.given({ type: 'agent.freeze', agent: 'writer', reason: 'test' });
    expect(book.when(scopeOf('writer', ONE, key))).toMatchObject({ kind: 'replay', bound: { event: first } });
    expect(book.refused(scopeOf('writer', ONE, { key: 'one', fingerprint: 'other' }))).toMatchObject({
      code: 'idempotency_key_conflict',
    });
  });
});
