import { describe, expect, it } from '@jest/globals';
import { ORG as EVM_ORG, PAYEE, settlementFor } from '../../test-support/evm-call.js';
import { Answered } from '../refused.js';
import { payeeOf, readPayee } from './payee.js';

const ORG = `org_${'0'.repeat(31)}1`;

describe('the name of a payee', () => {
  const { parts } = settlementFor([]);

  it.each([
    ['writer', { agent: 'writer' }],
    ['@writer', { agent: 'writer' }],
    ['agt_0190', { agent: 'agt_0190' }],
    [`${ORG}/writer`, { agent: 'writer', org: ORG }],
    [`${ORG}/@writer`, { agent: 'writer', org: ORG }],
    ['a'.repeat(128), { agent: 'a'.repeat(128) }],
  ])('D16: %s is an agent, here or in the org that stands before it', async (name, payee) => {
    expect(await payeeOf(parts, name)).toEqual(payee);
  });

  it.each([
    '',
    '@',
    '@@a',
    '/',
    `${ORG}/`,
    `${ORG}/a/b`,
    'org_1/writer',
    'other/writer',
    'a b',
    'ä',
    'a'.repeat(129),
    'a\n',
  ])('A9: %j names nobody', async (name) => {
    expect(readPayee(name)).toBeUndefined();
    await expect(payeeOf(parts, name)).rejects.toBeInstanceOf(Answered);
  });

  it('D16: an address, in whatever case, is the agent’s that has registered it, and it says by which it was named', async () => {
    for (const name of [PAYEE, `0x${PAYEE.slice(2).toUpperCase()}`])
      expect(await payeeOf(parts, name)).toEqual({ agent: 'agt_payee', org: EVM_ORG, address: PAYEE });
    await expect(payeeOf(parts, `0x${'d'.repeat(40)}`)).rejects.toMatchObject({
      answer: { kind: 'problem', code: 'payee_not_found' },
    });
  });
});
