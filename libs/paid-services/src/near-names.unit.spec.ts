import { describe, expect, it } from '@jest/globals';
import { nearNames } from './near-names.js';

const names = [
  'perplexity',
  'tavily',
  'firecrawl',
  'jina',
  'newsapi',
  'resend',
  'sendgrid',
  'twilio',
  'openai-image',
  'openai-chat',
];

describe('names that somebody may have meant', () => {
  it.each([
    ['perplexty', ['perplexity']],
    ['Tavily', ['tavily']],
    ['firecrwal', ['firecrawl']],
    ['jinna', ['jina']],
    ['openai-imgae', ['openai-image']],
    ['openai', ['openai-chat', 'openai-image']],
    ['image', ['openai-image']],
    ['sendgird', ['sendgrid']],
    ['stripe', []],
    ['', []],
    ['x'.repeat(100_000), []],
  ])('A9: %.20s', (name, near) => {
    expect(nearNames(name, names)).toEqual(near);
  });

  it('A9: at most three are told', () => {
    expect(nearNames('openai', ['openai-a', 'openai-b', 'openai-c', 'openai-d'])).toEqual([
      'openai-a',
      'openai-b',
      'openai-c',
    ]);
  });
});
