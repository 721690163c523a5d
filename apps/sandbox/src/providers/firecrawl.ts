import { json, type Answer, type Asked } from '../exchange.js';
import { decoded } from '../content/decoded.js';
import { capital, markdownOf } from '../content/pages.js';
import { prose } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { isFields, isWebAddress, listIn, textIn } from './fields.js';
import { topicOfAddress } from './read-pages.js';

/** Firecrawl counts a page of a document, and a page that is hard to get, as more than one credit. */
const MOST_CREDITS = 3;

/** https://docs.firecrawl.dev/api-reference/endpoint/scrape */
export const firecrawl: Provider = {
  name: 'firecrawl',
  host: 'api.firecrawl.dev',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/v2/scrape',
  textOf: ({ body }) => decoded(textIn(body, 'url') ?? ''),
  refusalOf(asked) {
    const credential = bearerOf(asked);
    if (credential === 'missing') return failure(401, 'Unauthorized: Token missing');
    if (credential === 'malformed') return failure(401, 'Unauthorized: Invalid token');
    const url = textIn(asked.body, 'url');
    if (url !== undefined && isWebAddress(url)) return undefined;
    const message = url === undefined ? 'Required' : 'Invalid URL';
    return json(400, {
      success: false,
      code: 'BAD_REQUEST',
      error: 'Bad Request',
      details: [{ code: url === undefined ? 'invalid_type' : 'custom', message, path: ['url'] }],
    });
  },
  answer,
  failure,
};

function answer({ body }: Asked, { seed, figures, words = seed.between('words', 120, 400) }: Making): Answer {
  const url = textIn(body, 'url') ?? '';
  const topic = topicOfAddress(url);
  const named = listIn(body, 'formats').map((format) => (isFields(format) ? format['type'] : format));
  const formats = named.length === 0 ? ['markdown'] : named;
  const html = `<h1>${capital(topic)}</h1><p>${prose(seed, topic, words)}</p>`;
  const made: Readonly<Record<string, unknown>> = {
    markdown: markdownOf(seed, topic, words),
    html,
    rawHtml: `<!doctype html><html><body>${html}</body></html>`,
    links: [`${new URL(url).origin}/`, `${new URL(url).origin}/about`],
    summary: prose(seed, topic, 30),
    json: { title: capital(topic), summary: prose(seed, topic, 30) },
  };
  return json(200, {
    success: true,
    data: {
      ...Object.fromEntries(Object.entries(made).filter(([format]) => formats.includes(format))),
      metadata: {
        title: capital(topic),
        description: prose(seed, topic, 20),
        language: 'en',
        sourceURL: url,
        url,
        statusCode: 200,
        contentType: 'text/html; charset=utf-8',
        scrapeId: seed.uuid('scrape'),
        proxyUsed: 'basic',
        cacheState: 'miss',
        creditsUsed: figures.told(figures.units(seed.between('credits', 1, MOST_CREDITS))),
      },
    },
  });
}

const CODES: Readonly<Record<number, string>> = { 400: 'BAD_REQUEST', 408: 'SCRAPE_TIMEOUT' };

function failure(status: number, error: string): Answer {
  const code = CODES[status] ?? (status >= 500 ? 'UNKNOWN_ERROR' : undefined);
  return json(status, { success: false, code, error });
}
