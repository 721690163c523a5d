import { json, type Answer, type Asked } from '../exchange.js';
import { pagesOn } from '../content/pages.js';
import { topicOf } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { bearerOf } from './credential.js';

const WHAT = ['q', 'qInTitle', 'sources', 'domains'];

/** https://newsapi.org/docs/endpoints/everything */
export const newsapi: Provider = {
  name: 'newsapi',
  host: 'newsapi.org',
  method: 'GET',
  bodyForm: 'none',
  isPath: (path) => path === '/v2/everything',
  textOf: ({ query }) => WHAT.map((name) => query.get(name) ?? '').join(' '),
  refusalOf(asked) {
    const { query, headers } = asked;
    const key = headers['x-api-key'] ?? query.get('apiKey') ?? (bearerOf(asked) === 'given' ? 'given' : '');
    if (key === '')
      return refusal(
        401,
        'apiKeyMissing',
        'Your API key is missing. Append this to the URL with the apiKey param, or use the x-api-key HTTP header.',
      );
    if (WHAT.every((name) => (query.get(name) ?? '') === '')) {
      const missing = `Required parameters are missing, the scope of your search is too broad. Please set any of the following required parameters and try again: ${WHAT.join(', ')}.`;
      return refusal(400, 'parametersMissing', missing);
    }
    const size = query.get('pageSize') ?? '100';
    return /^\d{1,3}$/.test(size) && Number(size) >= 1 && Number(size) <= 100
      ? undefined
      : refusal(400, 'parameterInvalid', 'The pageSize parameter must be a number from 1 to 100.');
  },
  answer,
  failure: (status, message) => refusal(status, CODES[status] ?? 'unexpectedError', message),
};

const CODES: Readonly<Record<number, string>> = {
  400: 'parameterInvalid',
  401: 'apiKeyInvalid',
  404: 'endpointDoesNotExist',
  429: 'rateLimited',
};

function answer({ query }: Asked, { seed }: Making): Answer {
  const topic = topicOf(newsapi.textOf({ query } as Asked));
  const found = seed.between('found', 5, 20);
  const pages = pagesOn(seed, topic, Math.min(found, Number(query.get('pageSize') ?? 100)));
  return json(200, {
    status: 'ok',
    totalResults: found,
    articles: pages.map(({ url, title, snippet, published }, place) => ({
      source: { id: null, name: new URL(url).hostname },
      author: seed.pick(`author ${place}`, ['A. Writer', 'B. Reporter', 'C. Editor']),
      title,
      description: snippet,
      url,
      urlToImage: null,
      publishedAt: published.toISOString().replace('.000Z', 'Z'),
      content: `${snippet} [+${seed.between(`more ${place}`, 500, 5000)} chars]`,
    })),
  });
}

function refusal(status: number, code: string, message: string): Answer {
  return json(status, { status: 'error', code, message });
}
