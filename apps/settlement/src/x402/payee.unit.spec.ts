import { describe, expect, it } from '@jest/globals';
import { payeeOf, readPayee } from './payee.js';

const ORG = `org_${'0'.repeat(31)}1`;

describe('the name of a payee', () => {
  it.each([
    ['writer', { agent: 'writer' }],
    ['@writer', { agent: 'writer' }],
    ['agt_0190', { agent: 'agt_0190' }],
    [`${ORG}/writer`, { agent: 'writer', org: ORG }],
    [`${ORG}/@writer`, { agent: 'writer', org: ORG }],
    ['a'.repeat(128), { agent: 'a'.repeat(128) }],
  ])('D16: %s is an agent, here or in the org that stands before it', (name, payee) => {
    expect(payeeOf(name)).toEqual(payee);
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
  ])('A9: %j names nobody', (name) => {
    expect(readPayee(name)).toBeUndefined();
    expect(() => payeeOf(name)).toThrow();
  });
});
