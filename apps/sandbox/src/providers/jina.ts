import { json, type Answer, type Asked } from '../exchange.js';
import { decoded } from '../content/decoded.js';
import { capital, markdownOf } from '../content/pages.js';
import { prose, tokensIn } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { isWebAddress } from './fields.js';
import { topicOfAddress } from './read-pages.js';

/** https://jina.ai/reader: the page's address stands in the path, as it is or percent-encoded. */
export const jina: Provider = {
  name: 'jina',
  host: 'r.jina.ai',
  method: 'GET',
  bodyForm: 'none',
  isPath: (path) => path.length > 1,
  textOf: (asked) => decoded(addressOf(asked)),
  refusalOf(asked) {
    // It reads without a key too, though not often.
    if (bearerOf(asked) === 'malformed')
      return failure(401, 'Invalid API key, please get a new one from https://jina.ai');
    return isWebAddress(addressOf(asked)) ? undefined : failure(400, 'TypeError: Invalid URL');
  },
  answer,
  failure,
};

/** Where it came as it is, its query is the request's. */
function addressOf({ path, search }: Asked): string {
  const rest = path.slice(1);
  if (/^https?:\/\//i.test(rest)) return search === '' ? rest : `${rest}?${search}`;
  return decoded(rest);
}

function answer(asked: Asked, { seed, figures, words = seed.between('words', 120, 400) }: Making): Answer {
  const url = addressOf(asked);
  const topic = topicOfAddress(url);
  const content = markdownOf(seed, topic, words);
  if (!asked.headers.accept?.includes('application/json')) {
    const text = `Title: ${capital(topic)}\n\nURL Source: ${url}\n\nMarkdown Content:\n${content}`;
    return { status: 200, content: { kind: 'text', text, type: 'text/plain; charset=utf-8' } };
  }
  const tokens = figures.units(tokensIn(content));
  return json(200, {
    code: 200,
    status: 20000,
    data: {
      title: capital(topic),
      description: prose(seed, topic, 20),
      url,
      content,
      metadata: { lang: 'en' },
      external: {},
      usage: figures.told({ tokens }),
    },
    meta: figures.told({ usage: { tokens } }),
  });
}

const NAMES: Readonly<Record<number, [string, number]>> = {
  400: ['ParamValidationError', 40001],
  401: ['AuthenticationFailedError', 40103],
  404: ['ResourceNotFoundError', 40401],
  429: ['RateLimitTriggeredError', 42903],
};

function failure(code: number, message: string): Answer {
  const [name, status] = NAMES[code] ?? ['InternalServerError', code * 100];
  return json(code, { data: null, code, name, status, message, readableMessage: `${name}: ${message}` });
}
