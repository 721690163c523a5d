import { describe, expect, it } from '@jest/globals';
import { BookScenario, dumpBook, type CommandInput } from '#testing';
import type { Credential } from '../commands/index.js';
import { ADDRESSES_MAXIMUM } from './addresses.js';

const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;
const ONE = addressOf(1);
const proof = { signature: `0x${'5'.repeat(130)}`, expires: '2026-03-05T00:00:00Z' };

function register(agent: string, address = ONE, fields: Partial<CommandInput> = {}): CommandInput {
  return { type: 'agent.register_address', agent, address, proof, ...fields } as CommandInput;
}
function remove(agent: string, address = ONE, fields: Partial<CommandInput> = {}): CommandInput {
  return { type: 'agent.remove_address', agent, address, ...fields } as CommandInput;
}
const tokenOf = (subject: string, handle: string): Credential => ({ subject, proof: `${handle} proof` });

describe('An address', () => {
  it('D7: is registered with what its key signed, and is the agent’s until it is removed', () => {
    const book = new BookScenario();
    const agent = book.agent('writer');
    expect(book.given(register('writer'))).toMatchObject({
      type: 'agent.address_registered',
      agent_id: agent,
      address: ONE,
      proof,
      by: 'key_admin',
    });
    book.given(register(agent, addressOf(2)));
    expect(book.agentOf('writer').addresses).toEqual([ONE, addressOf(2)]);
    expect(book.given(remove('writer'))).toMatchObject({
      type: 'agent.address_removed',
      agent_id: agent,
      address: ONE,
    });
    expect(book.agentOf('writer').addresses).toEqual([addressOf(2)]);
    book.given(remove('writer', addressOf(2)));
    expect(book.agentOf('writer')).not.toHaveProperty('addresses');
    expect(book.refused(remove('writer'))).toEqual({
      code: 'address_not_registered',
      scope: { kind: 'agent', id: agent },
    });
  });

  it('D4: the same log gives the same book', () => {
    const book = new BookScenario();
    book.agent('writer');
    book.agent('other');
    for (const number of [1, 2, 3]) book.given(register('writer', addressOf(number)));
    book.given(remove('writer', addressOf(2)));
    book.given({ type: 'agent.revoke', agent: 'writer' });
    book.given(register('other', addressOf(3)));
    expect(dumpBook(book.replayed())).toBe(dumpBook(book.state));
  });

  it('F7: is one agent’s of the org, and another’s only after that one is revoked or has given it up', () => {
    const book = new BookScenario();
    const writer = book.agent('writer');
    const other = book.agent('other');
    book.given(register('writer'));
    book.given(register('writer', addressOf(2)));
    expect(book.refused(register('other'))).toEqual({ code: 'address_taken', scope: { kind: 'agent', id: writer } });
    book.given(remove('writer'));
    book.given(register('other'));
    expect(book.agentOf('other').addresses).toEqual([ONE]);
    book.given({ type: 'agent.revoke', agent: 'writer' });
    expect(book.refused(register(writer))).toEqual({ code: 'agent_not_active', scope: { kind: 'agent', id: writer } });
    book.given(register('other', addressOf(2)));
    expect(book.agentOf('other').addresses).toEqual([ONE, addressOf(2)]);
    expect(book.agentOf(writer)).not.toHaveProperty('addresses');
    expect(book.state.addresses.get(addressOf(2))).toEqual({ id: addressOf(2), agent_id: other });
  });

  it('F3: of an agent under one that is revoked may go to another agent', () => {
    const book = new BookScenario();
    book.agent('parent');
    book.agent('child', { parent_agent: 'parent' });
    book.agent('other');
    book.given(register('child'));
    book.given({ type: 'agent.revoke', agent: 'parent' });
    book.given(register('other'));
    expect(book.agentOf('other').addresses).toEqual([ONE]);
  });

  it('C1: registered again by its agent is recorded and changes nothing; the same key again is the same answer', () => {
    const book = new BookScenario();
    book.agent('writer');
    const keyed = register('writer', ONE, { key: 'k', fingerprint: 'f' });
    book.given(keyed);
    const before = book.log.length;
    book.given(register('writer'));
    expect(book.log).toHaveLength(before + 1);
    expect(book.agentOf('writer').addresses).toEqual([ONE]);
    expect(book.when(keyed)).toMatchObject({ kind: 'replay', bound: { event: { address: ONE } } });
    expect(book.refused({ ...keyed, fingerprint: 'other' }).code).toBe('idempotency_key_conflict');
    const removal = remove('writer', ONE, { key: 'r', fingerprint: 'f' });
    book.given(removal);
    expect(book.when(removal)).toMatchObject({ kind: 'replay', bound: { event: { type: 'agent.address_removed' } } });
  });

  it('H4: is one of at most eight of an agent', () => {
    const book = new BookScenario();
    const agent = book.agent('writer');
    for (let number = 1; number <= ADDRESSES_MAXIMUM; number++) book.given(register('writer', addressOf(number)));
    expect(book.refused(register('writer', addressOf(9)))).toEqual({
      code: 'addresses_too_many',
      scope: { kind: 'agent', id: agent },
      limit: '8',
      spent: '8',
      requested: '1',
    });
    book.given(register('writer', addressOf(8)));
    book.given(remove('writer', addressOf(8)));
    book.given(register('writer', addressOf(9)));
    expect(book.agentOf('writer').addresses).toHaveLength(8);
  });

  it('D16 F7: is given and taken by the agent itself, by one above it and by keys that orchestrate, and by nobody else', () => {
    const book = new BookScenario();
    const parent = book.agent('parent');
    const child = book.agent('child', { parent_agent: 'parent' });
    const session = book.session(10n, { agent: 'child' });
    for (const role of ['orchestrator', 'finance'] as const)
      book.given({ type: 'key.issue', key_id: `key_${role}`, role, name: role, token_hash: `${role} proof` });
    const allowed: Credential[] = [
      tokenOf(child, 'child'),
      tokenOf(parent, 'parent'),
      { subject: 'key_orchestrator', proof: 'orchestrator proof' },
    ];
    for (const credential of allowed) {
      book.given(register('child', ONE, { credential }));
      book.given(remove('child', ONE, { credential }));
    }
    const refused: [Credential, string][] = [
      [{ subject: 'key_finance', proof: 'finance proof' }, 'role_not_allowed'],
      [{ subject: session, proof: 'session proof' }, 'role_not_allowed'],
      [{ subject: child, proof: 'wrong' }, 'credential_invalid'],
      [{ subject: child, proven_by: 'settlement', address: ONE }, 'credential_invalid'],
      [{ subject: 'key_x', proven_by: 'settlement', payee_org: 'org_x' }, 'credential_invalid'],
    ];
    book.given(register('child'));
    for (const [credential, code] of refused) {
      expect([credential, book.refused(register('child', addressOf(2), { credential })).code]).toEqual([
        credential,
        code,
      ]);
      expect([credential, book.refused(remove('child', ONE, { credential })).code]).toEqual([credential, code]);
    }
    for (const command of [register('parent'), remove('parent')])
      expect(book.refused({ ...command, credential: tokenOf(child, 'child') }).code).toBe('agent_not_own');
    expect(book.refused(register('nobody')).code).toBe('agent_not_found');
  });

  it('D9: of an agent that was known by first use is kept when it is taken over', () => {
    const book = new BookScenario();
    book.spend(1n, { agent: 'seen' });
    book.given(register('seen'));
    book.agent('seen');
    expect(book.agentOf('seen').addresses).toEqual([ONE]);
  });
});
