import { json, type Answer, type Asked } from '../exchange.js';
import { cutToTokens, prose, tokensIn, topicOf } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { fieldsIn, textIn, wholeIn } from './fields.js';
import { lastQuestion, problemOfMessages, textOfMessages } from './messages.js';
import { openAiCredentialRefusal, openAiFailure, openAiIdempotency, openAiInvalid } from './openai-failures.js';

/** https://platform.openai.com/docs/api-reference/chat/create */
export const openaiChat: Provider = {
  name: 'openai-chat',
  host: 'api.openai.com',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/v1/chat/completions',
  textOf: ({ body }) => textOfMessages(body),
  refusalOf(asked) {
    const refusal = openAiCredentialRefusal(asked);
    if (refusal) return refusal;
    const { body } = asked;
    if (textIn(body, 'model') === undefined) {
      return openAiFailure(400, 'you must provide a model parameter');
    }
    const problem = problemOfMessages(body);
    if (problem)
      return openAiFailure(400, problem.message, { param: problem.param, code: 'missing_required_parameter' });
    const most = mostTokens(body);
    return most !== undefined && most < 1 ? openAiInvalid('max_tokens', 'expected a value of at least 1') : undefined;
  },
  answer,
  failure: openAiFailure,
  idempotency: openAiIdempotency,
};

function mostTokens(body: Asked['body']): number | undefined {
  return wholeIn(body, 'max_completion_tokens') ?? wholeIn(body, 'max_tokens');
}

function answer({ body }: Asked, { seed, figures, words = seed.between('words', 40, 120) }: Making): Answer {
  const { text, isCut } = cutToTokens(prose(seed, topicOf(lastQuestion(body)), words), mostTokens(body));
  const finish_reason = isCut ? 'length' : 'stop';
  const prompt_tokens = tokensIn(textOfMessages(body));
  const completion_tokens = tokensIn(text);
  const usage = figures.told({
    prompt_tokens: figures.units(prompt_tokens),
    completion_tokens: figures.units(completion_tokens),
    total_tokens: figures.units(prompt_tokens + completion_tokens),
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  });
  const common = {
    id: `chatcmpl-${seed.hex('id', 29)}`,
    created: seed.seconds('created'),
    model: textIn(body, 'model'),
    service_tier: 'default',
    system_fingerprint: `fp_${seed.hex('fingerprint', 10)}`,
  };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: text, refusal: null, annotations: [] };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    return json(200, { ...common, object: 'chat.completion', choices, usage });
  }
  // Where usage is asked for, every chunk says that there is none yet, and one more at the end says it.
  const isUsageWanted = fieldsIn(body, 'stream_options')['include_usage'] === true;
  const chunk = (choices: readonly object[], told: object | null = null): string =>
    JSON.stringify({
      ...common,
      object: 'chat.completion.chunk',
      choices,
      ...(isUsageWanted ? { usage: told } : {}),
    });
  const delta = (part: object, end: string | null = null): string =>
    chunk([{ index: 0, delta: part, logprobs: null, finish_reason: end }]);
  const data = [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...piecesOf(text).map((content) => delta({ content })),
    delta({}, finish_reason),
    ...(isUsageWanted && usage ? [chunk([], usage)] : []),
    '[DONE]',
  ];
  return { status: 200, content: { kind: 'events', data } };
}

/** A word with the space before it, about what a token is. */
function piecesOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}
