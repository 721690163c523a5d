import { json, type Answer, type Asked } from '../exchange.js';
import { cutToTokens, prose, tokensIn, topicOf } from '../content/prose.js';
import { pagesOn } from '../content/pages.js';
import type { Making, Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { fieldsIn, textIn, wholeIn } from './fields.js';
import { lastQuestion, problemOfMessages, textOfMessages } from './messages.js';

/** Of one call in millionths of a dollar, from the lower to the upper typical price. */
const LEAST_COST = 20_000;
const MOST_COST = 50_000;

/** https://docs.perplexity.ai/api-reference/chat-completions-post */
export const perplexity: Provider = {
  name: 'perplexity',
  host: 'api.perplexity.ai',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/chat/completions',
  textOf: ({ body }) => textOfMessages(body),
  refusalOf(asked) {
    if (bearerOf(asked) !== 'given') return failure(401, 'Invalid API key provided.');
    const { body } = asked;
    if (textIn(body, 'model') === undefined) return failure(400, 'model: Field required');
    const problem = problemOfMessages(body);
    return problem && failure(400, problem.message);
  },
  answer,
  failure,
};

function answer({ body }: Asked, { seed, figures, words = seed.between('words', 60, 140) }: Making): Answer {
  const topic = topicOf(lastQuestion(body));
  const whole = `${prose(seed, topic, words)} [1][2]`;
  const { text, isCut } = cutToTokens(whole, wholeIn(body, 'max_tokens'));
  const pages = pagesOn(seed, topic, 4);
  const prompt_tokens = tokensIn(textOfMessages(body));
  const completion_tokens = tokensIn(text);
  const total = seed.between('cost', LEAST_COST, MOST_COST);
  return json(200, {
    id: seed.uuid('id'),
    model: textIn(body, 'model'),
    created: seed.seconds('created'),
    usage: figures.told({
      prompt_tokens: figures.units(prompt_tokens),
      completion_tokens: figures.units(completion_tokens),
      total_tokens: figures.units(prompt_tokens + completion_tokens),
      search_context_size: textIn(fieldsIn(body, 'web_search_options'), 'search_context_size') ?? 'low',
      cost: {
        input_tokens_cost: figures.cost(prompt_tokens),
        output_tokens_cost: figures.cost(completion_tokens),
        request_cost: figures.cost(Math.max(0, total - prompt_tokens - completion_tokens)),
        total_cost: figures.cost(total),
      },
    }),
    citations: pages.map(({ url }) => url),
    search_results: pages.map(({ url, title, snippet, published }) => ({
      title,
      url,
      date: published.toISOString().slice(0, 10),
      last_updated: published.toISOString().slice(0, 10),
      snippet,
      source: 'web',
    })),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: isCut ? 'length' : 'stop',
        message: { role: 'assistant', content: text },
        delta: { role: 'assistant', content: '' },
      },
    ],
  });
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  404: 'not_found',
  429: 'rate_limit_exceeded',
};

function failure(status: number, message: string): Answer {
  const type = TYPES[status] ?? (status < 500 ? 'bad_request' : 'internal_server_error');
  return json(status, { error: { message, type, code: status } });
}
