import { describe, expect, it } from '@jest/globals';
import fastCheck from 'fast-check';
import {
  FIRST_ORGANIZATION,
  equalInConstantTime,
  formatToken,
  freshId,
  newId,
  newSecret,
  parseToken,
  rawKeySubject,
  tokenHash,
} from './index.js';

const hex = fastCheck.stringMatching(/^[0-9a-f]{32}$/);
const kinds = { key: 'key', agent: 'agt', session: 'ses' } as const;

describe('tokens', () => {
  it('come back as the org, the subject and the proof they were made of', () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.constantFrom('key', 'agent', 'session'), hex, hex, (kind, org, subject) => {
        const text = formatToken({
          kind,
          org: `org_${org}`,
          subject: `${kinds[kind]}_${subject}`,
          secret: newSecret(),
        });
        expect(parseToken(text)).toEqual({
          kind,
          org: `org_${org}`,
          subject: `${kinds[kind]}_${subject}`,
          proof: tokenHash(text),
        });
      }),
    );
  });

  it('F4: travel as a hash that says nothing about the secret', () => {
    const secret = newSecret();
    const text = formatToken({ kind: 'key', org: newId('org'), subject: newId('key'), secret });
    expect(JSON.stringify(parseToken(text))).not.toContain(secret);
  });

  it('have one spelling: a text that only decodes to the same ids is not the token', () => {
    const org = 'org_' + '0'.repeat(32);
    const text = formatToken({ kind: 'key', org, subject: 'key_' + '1'.repeat(32), secret: newSecret() });
    const respelt = text.replace('.AAAAAAAAAAAAAAAAAAAAAA.', '.AAAAAAAAAAAAAAAAAAAAAB.');
    expect(respelt).not.toBe(text);
    expect(parseToken(respelt).subject).toBe(rawKeySubject(respelt));
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const read = Array.from(characters).filter((last) => {
      const spelt = text.replace('.AAAAAAAAAAAAAAAAAAAAAA.', `.AAAAAAAAAAAAAAAAAAAAA${last}.`);
      return parseToken(spelt).subject === 'key_' + '1'.repeat(32);
    });
    expect(read.join('')).toBe('AQgw');
  });

  it('that have another shape are taken for the admin key of the first org', () => {
    for (const text of ['my-own-admin-key', 'bursar.key.x.y.z', '', 'bursar.admin.' + 'A'.repeat(22), 'ключ']) {
      const parsed = parseToken(text);
      expect(parsed).toMatchObject({ kind: 'key', org: FIRST_ORGANIZATION, proof: tokenHash(text) });
      expect(parsed.subject).toMatch(/^key_[0-9a-f]{32}$/);
    }
    // The vector of sha256('abc'): the owner of another version must come to the same subject.
    expect(parseToken('abc').subject).toBe('key_ba7816bf8f01cfea414140de5dae2223');
    expect(parseToken('abc').proof).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('F7: are not made for an id of another kind', () => {
    const secret = newSecret();
    expect(() => formatToken({ kind: 'key', org: newId('org'), subject: newId('agt'), secret })).toThrow(/no id/);
    expect(() => formatToken({ kind: 'key', org: 'org_1', subject: newId('key'), secret })).toThrow(/no id/);
    expect(() => formatToken({ kind: 'key', org: newId('org'), subject: newId('key'), secret: 'short' })).toThrow(/43/);
  });
});

describe('ids and secrets', () => {
  it('are new each time, and ids sort by when they were made', () => {
    const ids = Array.from({ length: 1000 }, () => freshId());
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^[0-9a-f]{12}7[0-9a-f]{19}$/);
    expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newSecret()).not.toBe(newSecret());
  });

  it('compare equal only when they are', () => {
    expect(equalInConstantTime('abc', 'abc')).toBe(true);
    expect(equalInConstantTime('abc', 'abd')).toBe(false);
    expect(equalInConstantTime('abc', 'abcd')).toBe(false);
    expect(equalInConstantTime('é', 'e')).toBe(false);
  });
});
