import { describe, expect, it } from '@jest/globals';
import { redacted, redactedHeaders } from './redacted.js';

describe('What a provider says', () => {
  it.each([
    ['as it is', 'Incorrect API key provided: sk-1234.', { value: 'sk-1234' }, 'Incorrect API key provided: ***.'],
    ['more than once', 'sk-1234sk-1234', { value: 'sk-1234' }, '******'],
    ['as JSON has it', '{"key":"a\\"b\\\\c"}', { value: 'a"b\\c' }, '{"key":"***"}'],
    ['as a URL has it', '/v1?key=a%2Bb%2Fc', { value: 'a+b/c' }, '/v1?key=***'],
    [
      'as Basic has it',
      `Basic ${Buffer.from('AC12:token').toString('base64')}`,
      { sid: 'AC12', token: 'token' },
      'Basic ***',
    ],
    ['one part within another', 'abcdefgh abcd', { long: 'abcdefgh', short: 'abcd' }, '*** ***'],
  ])('F4: tells the secret %s no further', (_how, text, secret, clean) => {
    expect(redacted(text, secret as unknown as Record<string, string>)).toBe(clean);
  });

  it('F4: stays as it is where there is no secret, or one so short that it stands in any text', () => {
    expect(redacted('a b c', undefined)).toBe('a b c');
    expect(redacted('a b c', { value: 'b' })).toBe('a b c');
  });

  it('F4: tells it in no header either', () => {
    expect(redactedHeaders({ 'x-key': 'sk-1234', 'x-id': '1' }, { value: 'sk-1234' })).toEqual({
      'x-key': '***',
      'x-id': '1',
    });
  });
});
