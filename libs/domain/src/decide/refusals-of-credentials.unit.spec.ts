import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, limit, ONE, OWNER, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import type { Credential } from '../commands/index.js';
import { CycleFacts } from '../facts.js';
import { Book } from '../state/index.js';
import { decide } from './index.js';

const bySession = (subject: string): Credential => ({ subject, proof: 'session proof' });

describe('The token of a session', () => {
  it.each<[string, (session: string) => Credential]>([
    ['another proof', (subject) => ({ subject, proof: 'wrong' })],
    ['an empty proof', (subject) => ({ subject, proof: '' })],
    ['the proof of its agent', (subject) => ({ subject, proof: 'worker proof' })],
    ['no proof but the bus’s word', (subject) => ({ subject, proven_by: 'bus' })],
  ])('F1 given %s, then the credential is invalid and says that it was a session’s', (_what, credentialOf) => {
    const book = new BookScenario();
    book.agent('worker');
    const id = book.session(ONE, { agent: 'worker' });
    const before = book.log.length;
    expect(book.trySpend(1n, { credential: bySession(id) })).toBeUndefined();
    expect(book.refused(book.payment(1n, { credential: credentialOf(id) }))).toStrictEqual({
      code: 'credential_invalid',
      scope: { kind: 'session', id },
    });
    expect(book.log.length).toBe(before + 1);
  });

  it('F1 given a wrong proof of it beside an org key or an agent’s token, then the credential is invalid too', () => {
    const book = new BookScenario();
    const subject = book.agent('worker');
    const id = book.session(ONE, { agent: 'worker' });
    for (const proven of [
      { subject: 'key_admin', proof: 'admin proof' },
      { subject, proof: 'worker proof' },
    ]) {
      const beside = (proof: string): Credential => ({ ...proven, session: { subject: id, proof } });
      expect(book.trySpend(1n, { agent: 'worker', credential: beside('session proof') })).toBeUndefined();
      expect(book.refused(book.payment(1n, { credential: beside('wrong') }))).toStrictEqual({
        code: 'credential_invalid',
        scope: { kind: 'session', id },
      });
    }
  });

  it('D16 given another session’s token beside it, then it pays in its own session and is moved into no other', () => {
    const book = new BookScenario();
    book.agent('worker');
    const [own, other] = [book.session(ONE, { agent: 'worker' }), book.session(ONE, { agent: 'worker' })];
    const credential: Credential = { subject: own, proof: 'session proof', session: { subject: other, proof: 'x' } };
    const beside: Credential = { ...credential, session: { subject: other, proof: 'session proof' } };
    book.spend(1n, { credential });
    book.spend(1n, { credential: beside });
    expect([book.sessionOf(own).spent, book.sessionOf(other).spent]).toEqual([2n, 0n]);
    expect(book.refused(book.payment(1n, { credential: beside, session_id: other })).code).toBe('session_not_found');
  });
});

describe('Who asks', () => {
  it('D16 given the owner, then it may do what any role may, and events say that it did', () => {
    const book = new BookScenario();
    book.agent('worker');
    const commands: CommandInput[] = [
      { type: 'agent.freeze', agent: 'worker', reason: '' },
      { type: 'agent.unfreeze', agent: 'worker' },
      { type: 'key.issue', key_id: 'key_x', role: 'operator', name: '', token_hash: '' },
    ];
    for (const command of commands)
      expect(book.given({ ...command, credential: OWNER })).toMatchObject({ by: 'owner' });
  });

  it('F6 given the owner, then it issues an admin key; an admin key cannot, and the refusal says whose it was', () => {
    const book = new BookScenario();
    const command: CommandInput = {
      type: 'organization.issue_admin_key',
      key_id: 'key_new',
      name: 'new',
      token_hash: 'new proof',
    };
    const role = { code: 'role_not_allowed', scope: { kind: 'key', id: 'key_admin' } };
    expect(book.refused(command)).toStrictEqual(role);
    const event = { type: 'key.issued', key_id: 'key_new', role: 'admin', name: 'new', token_hash: 'new proof' };
    expect(book.given({ ...command, credential: OWNER })).toMatchObject(event);
    const credential = { subject: 'key_new', proof: 'new proof' };
    expect(refusalOf(book.when({ type: 'key.revoke', key_id: 'key_admin', credential }))).toBeUndefined();
    expect(book.refused({ ...command, credential: OWNER })).toStrictEqual({
      code: 'key_exists',
      scope: { kind: 'key', id: 'key_new' },
    });
  });

  it('C1 D7 given an org that is made by a key, made again or not made at all, then that is refused, answered as before or refused', () => {
    const create: CommandInput = {
      type: 'organization.create',
      name: '',
      default_asset: 'USD',
      first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
      admin_key: { key_id: 'key_x', token_hash: '' },
      initial_amount: 0n,
    };
    const book = new BookScenario();
    const role = { code: 'role_not_allowed', scope: { kind: 'key', id: 'key_admin' } };
    expect(book.refused(create)).toStrictEqual(role);
    // Who made the org and asks again with the same key is answered as before.
    const facts = new CycleFacts();
    const bound = { fingerprint: 'f', event: book.log[1]!, position: '0:2' };
    facts.learnKey(SCENARIO_ORG, 'k', bound);
    const again = {
      ...create,
      org: SCENARIO_ORG,
      fresh_id: '0'.repeat(32),
      credential: OWNER,
      key: 'k',
      fingerprint: 'f',
    };
    expect(decide(book.state, facts, again, book.now, book.settings)).toStrictEqual({ kind: 'replay', bound });
    const command = { org: SCENARIO_ORG, fresh_id: '0'.repeat(32), credential: ADMIN };
    const close = { ...command, type: 'session.close', session_id: 'ses_x' } as const;
    expect(decide(new Book(), new CycleFacts(), close, 0, book.settings)).toStrictEqual({
      kind: 'refuse',
      refusal: { code: 'organization_not_found', scope: { kind: 'organization', id: SCENARIO_ORG } },
    });
  });

  it('D7 D10 given an agent’s token that captures what another agent holds, then the refusal says which agent is not its own', () => {
    const book = new BookScenario();
    const [worker, other] = [book.agent('worker'), book.agent('other')];
    const credential = { subject: worker, proof: 'worker proof' };
    const payment_id = book.hold(1n, { agent: 'other' });
    expect(book.refused({ type: 'payment.capture', payment_id, final: true, credential })).toStrictEqual({
      code: 'agent_not_own',
      scope: { kind: 'agent', id: other },
    });
  });

  it('F4 D16 given an agent’s token, then it renews that of its agent, and of no other, not of one below it either', () => {
    const book = new BookScenario();
    const worker = book.agent('worker');
    book.agent('below', { parent_agent: 'worker' });
    const credential = { subject: worker, proof: 'worker proof' };
    const rotate = (agent: string, fields: object = {}): CommandInput => ({
      type: 'agent.rotate_token',
      agent,
      token_hash: `${agent} new`,
      overlap_ms: 0,
      ...fields,
    });
    const role = { code: 'role_not_allowed', scope: { kind: 'agent', id: worker } };
    expect(book.refused(rotate('below', { credential }))).toStrictEqual(role);
    expect(book.given(rotate('worker', { credential }))).toMatchObject({ by: worker, agent_id: worker });
    expect(book.given(rotate('below'))).toMatchObject({ by: 'key_admin' });
    book.given({ type: 'key.issue', key_id: 'key_low', role: 'finance', name: '', token_hash: 'low' });
    expect(book.refused(rotate('worker', { credential: { subject: 'key_low', proof: 'low' } }))).toStrictEqual({
      code: 'role_not_allowed',
      scope: { kind: 'key', id: 'key_low' },
    });
    const session = bySession(book.session(ONE, { agent: 'worker' }));
    expect(book.refused(rotate('worker', { credential: session })).code).toBe('role_not_allowed');
  });
});

describe('Commands that name an agent', () => {
  it('F2 given a revocation id that is not the agent’s own, then it is not found, also where the digits are', () => {
    const book = new BookScenario();
    const hex = book.agent('worker').slice(4);
    book.spend(1n, { agent: 'seen' });
    const ofSeen = `rev_${book.agentOf('seen').id.slice(4)}`;
    for (const revocation_id of [`agt_${hex}`, ofSeen])
      expect(book.refused({ type: 'agent.revoke', revocation_id })).toStrictEqual({
        code: 'revocation_not_found',
        scope: { kind: 'agent', id: revocation_id },
      });
    expect(book.refused({ type: 'agent.revoke' })).toStrictEqual({
      code: 'agent_not_found',
      scope: { kind: 'agent', id: '' },
    });
  });

  it('B1 F3 given money held in one asset and none any more in another, when the agent is frozen, then the hold is voided', () => {
    const book = new BookScenario();
    book.given({ type: 'topup', target: { wallet_id: `wal_${SCENARIO_ORG.slice(4)}_jpy` }, amount: 5n, asset: 'JPY' });
    book.agent('worker');
    book.spend(1n, { agent: 'worker' });
    const payment_id = book.hold(5n, { agent: 'worker', asset: 'JPY' });
    book.given({ type: 'agent.freeze', agent: 'worker', reason: '' });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.voided', payment_id, reason: 'agent_frozen' });
    expect(book.state.payments.get(payment_id)).toBeUndefined();
  });

  it('E6 given a scoped agent, then its limits may be changed, and neither whose money it spends nor its breakers', () => {
    const book = new BookScenario();
    book.agent('worker');
    const agent = `agt_${'9'.repeat(32)}`;
    const change = { type: 'agent.change', agent } as const;
    book.given({ type: 'agent.scope', agent: 'worker', scoped_agent_id: agent, amount: 5n, asset: 'USD', labels: {} });
    book.given({ ...change, limits: [limit('lifetime', 7n)], breakers: null });
    expect(book.trySpend(8n, { agent })).toMatchObject({ code: 'lifetime_cap_exceeded', limit: '7' });
    for (const field of [{ funding: 'treasury' }, { breakers: {} }] as const)
      expect(book.refused({ ...change, ...field }).code).toBe('agent_is_scoped');
  });

  it('E6 given a limit that is lifted twice, then it is lifted; one that is given twice is a conflict', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 5n), limit('week', 6n)] });
    const { maximum: _maximum, ...day } = limit('day', 5n);
    book.given({ type: 'agent.change', agent: 'worker', lift_limits: [day, day] });
    expect(book.agentOf('worker').limits.map(({ id }) => id)).toEqual(['amount:week:USD']);
    const twice: CommandInput = {
      type: 'agent.change',
      agent: 'worker',
      set_limits: [limit('day', 1n), limit('day', 2n)],
    };
    expect(book.refused(twice).code).toBe('limits_conflict');
  });
});
