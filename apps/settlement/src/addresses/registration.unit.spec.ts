import { describe, expect, it } from '@jest/globals';
import type { AgentAddressRegistered, AgentAddressRemoved } from '#domain';
import { AUTHORIZATION_MAXIMUM_MS, registrationOf } from './registration.js';

const ADDRESS = `0x${'a'.repeat(40)}`;
const LATER = AUTHORIZATION_MAXIMUM_MS + 300_000;

/** `+x` is registered by the org x, `-x` removed there, one after the other; the agent is the org's own of the same name. */
function history(text: string): (AgentAddressRegistered | AgentAddressRemoved)[] {
  return text
    .split(' ')
    .map((word, index) => {
      const org = word.slice(1);
      const same = { version: 1 as const, org, sequence: 1, time: 1_000 + index, by: 'x', agent_id: `agt_${org}` };
      const type = word.startsWith('+') ? 'agent.address_registered' : 'agent.address_removed';
      return { ...same, type, address: ADDRESS, proof: { signature: '0x' } } as AgentAddressRegistered;
    })
    .toReversed();
}

describe('whose an address is', () => {
  it('nobody’s where nobody has registered it, or all have removed it', () => {
    expect(registrationOf([])).toBeUndefined();
    expect(registrationOf(history('+a -a'))).toBeUndefined();
    expect(registrationOf(history('+a +b -a -b'))).toBeUndefined();
  });

  it('one org’s pays at once, however often it is removed and registered again', () => {
    for (const text of ['+a', '+a +a', '+a -a +a'])
      expect(registrationOf(history(text))).toEqual({ org: 'a', agent_id: 'agt_a', pays_from: 0 });
  });

  it.each([
    ['+a +b', 'b', 1],
    ['+a +b +b', 'b', 1],
    ['+a +b +a', 'a', 2],
    ['+a +b -b', 'a', 2],
    ['+a -a +b', 'b', 2],
    ['+a +b -a', 'b', 1],
    ['+b +a +c -c', 'a', 3],
    ['+a +b +c -c +a', 'a', 4],
    ['+b +a +c -c +a', 'a', 3],
    ['+a +b +a -a +a', 'a', 4],
  ])('C5: %s: is the last one’s, %s, and pays a day after it went to that', (text, org, turn) => {
    const pays_from = 1_000 + turn + LATER;
    expect(registrationOf(history(text))).toEqual({ org, agent_id: `agt_${org}`, pays_from });
  });

  it('C5: of more events than are read it is not known whether another org had it, so it counts from the oldest read', () => {
    const all = history(Array.from({ length: 64 }, () => '+a').join(' '));
    expect(registrationOf(all)).toMatchObject({ org: 'a', pays_from: 1_000 + LATER });
    expect(registrationOf(all.slice(0, 63))).toMatchObject({ pays_from: 0 });
  });
});
