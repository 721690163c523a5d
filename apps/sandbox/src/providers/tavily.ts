import { json, type Answer, type Asked } from '../exchange.js';
import { pagesOn } from '../content/pages.js';
import { prose, topicOf } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { textIn, wholeIn } from './fields.js';

const DEPTHS = ['basic', 'advanced', 'fast', 'ultra-fast'];
const TOPICS = ['general', 'news', 'finance'];

/** https://docs.tavily.com/documentation/api-reference/endpoint/search */
export const tavily: Provider = {
  name: 'tavily',
  host: 'api.tavily.com',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/search',
  textOf: ({ body }) => textIn(body, 'query') ?? '',
  refusalOf(asked) {
    if (bearerOf(asked) !== 'given') return failure(401, 'Unauthorized: missing or invalid API key.');
    const { body } = asked;
    if (textIn(body, 'query') === undefined) return failure(400, 'Query is missing.');
    const { search_depth = 'basic', topic = 'general', max_results = 5 } = body;
    if (!DEPTHS.includes(search_depth as string)) {
      return failure(400, `Invalid search depth. Must be one of ${DEPTHS.join(', ')}.`);
    }
    if (!TOPICS.includes(topic as string)) return failure(400, `Invalid topic. Must be one of ${TOPICS.join(', ')}.`);
    const isCount = typeof max_results === 'number' && max_results >= 0 && max_results <= 20;
    return isCount ? undefined : failure(400, 'Invalid max results. Must be between 0 and 20.');
  },
  answer,
  failure,
};

function answer({ body }: Asked, { seed, figures, words = 60 }: Making): Answer {
  const query = textIn(body, 'query') ?? '';
  const topic = topicOf(query);
  const pages = pagesOn(seed, topic, wholeIn(body, 'max_results') ?? 5);
  const isAnswerWanted = body['include_answer'] !== undefined && body['include_answer'] !== false;
  const credits = body['search_depth'] === 'advanced' ? 2 : 1;
  return json(200, {
    query,
    follow_up_questions: null,
    answer: isAnswerWanted ? prose(seed, topic, words) : null,
    images: [],
    results: pages.map(({ url, title, snippet }, place) => ({
      url,
      title,
      content: snippet,
      score: Number((0.98 - place / 25).toFixed(2)),
      raw_content: null,
    })),
    response_time: seed.between('time', 20, 300) / 100,
    usage: body['include_usage'] === true ? figures.told({ credits: figures.units(credits) }) : undefined,
    request_id: seed.uuid('request'),
  });
}

function failure(status: number, message: string): Answer {
  return json(status, { detail: { error: message } });
}
