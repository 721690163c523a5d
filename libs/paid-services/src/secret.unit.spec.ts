import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '../test-support/definitions.js';
import { readSecret, sandboxSecret, secretParts } from './secret.js';

const simple = definitionOf({ secret: { placed: 'header', name: 'X-Key' } });
const named = definitionOf({
  secret: {
    placed: 'basic',
    username: 'sid',
    password: 'token',
    parts: [{ name: 'sid', sandbox: 'AC0' }, { name: 'token' }, { name: 'from', default: 'me' }],
  },
});
const first = definitionOf({
  secret: { placed: 'header', name: 'X-Key', parts: [{ name: 'key' }, { name: 'from', default: 'me' }] },
});

describe('the secret of a service', () => {
  it.each([
    [simple, 'key-1', { value: 'key-1' }],
    [simple, { value: 'key-1' }, { value: 'key-1' }],
    [first, 'key-1', { key: 'key-1', from: 'me' }],
    [first, { key: 'k', from: 'you' }, { key: 'k', from: 'you' }],
    [named, { sid: 's', token: 't' }, { sid: 's', token: 't', from: 'me' }],
  ])('F4: is read by its parts (%#)', (definition, given, secret) => {
    expect(readSecret(definition, given)).toEqual({ ok: true, secret });
  });

  it.each([
    [simple, '', 'secret'],
    [simple, ' key', 'secret'],
    [simple, 'a\nb', 'secret'],
    [simple, 'ä', 'secret'],
    [simple, '..', 'secret'],
    [simple, 'x'.repeat(5000), 'secret'],
    [simple, { value: 5 }, 'secret.value'],
    [simple, { key: 'k', value: 'v' }, 'secret.key'],
    [simple, {}, 'secret.value'],
    [simple, 7, 'secret'],
    [simple, null, 'secret'],
    [named, 'word', 'secret.token'],
    [named, { sid: 's' }, 'secret.token'],
    [definitionOf(), 'key', 'secret'],
  ])('F4: what is none is refused without being told again (%#)', (definition, given, field) => {
    const read = readSecret(definition, given);
    expect(read).toMatchObject({ ok: false, problems: [{ field }] });
    if (typeof given === 'string' && given.length > 2) expect(JSON.stringify(read)).not.toContain(given);
  });

  it('F4: something stands in its place in the sandbox', () => {
    expect(sandboxSecret(simple)).toEqual({ value: 'sandbox' });
    expect(sandboxSecret(named)).toEqual({ sid: 'AC0', token: 'sandbox', from: 'me' });
    expect(secretParts(named)).toEqual(['sid', 'token', 'from']);
    expect(secretParts(definitionOf())).toEqual([]);
  });
});
