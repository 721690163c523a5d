import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { quoteCall, readServiceDefinition, readUpstreamAnswer, upstreamRequest } from '#paid-services';

const page = readFileSync(new URL('../../../../../docs/service-definitions.md', import.meta.url), 'utf8');

describe('docs/service-definitions.md', () => {
  it('A10: has an example that is a definition, and works as is said there', () => {
    const read = readServiceDefinition(/```json\n([^]*?)```/.exec(page)?.[1] ?? '');
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const quote = quoteCall(read.definition, { text: 'Guten Tag', from: 'ignored' });
    // A base of 1,000 units, and nine bytes at 20 a million.
    expect(quote).toMatchObject({ ok: true, call: { estimate: 1180n } });
    if (!quote.ok) return;
    const secret = { api_key: 'key-1', account: 'a 1' };
    expect(upstreamRequest(read.definition, quote.call, secret)).toEqual({
      method: 'POST',
      url: 'https://api.example.com/v1/en/translations',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-account': 'a 1',
        authorization: 'Bearer key-1',
      },
      body: '{"text":"Guten Tag","options":{}}',
    });
    const body = '{"translations":[{"text":"Good day"}],"usage":{"characters":9}}';
    expect(readUpstreamAnswer(read.definition, quote.call, { status: 200, headers: {}, body })).toMatchObject({
      ok: true,
      units: 1180n,
      body: { translation: 'Good day' },
    });
  });
});
