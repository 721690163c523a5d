import { json, type Answer, type Asked } from '../exchange.js';
import { picture } from '../content/picture.js';
import { tokensIn } from '../content/prose.js';
import type { Making, Provider } from '../provider.js';
import { textIn, wholeIn } from './fields.js';
import {
  openAiCredentialRefusal,
  openAiFailure,
  openAiIdempotency,
  openAiInvalid,
  openAiMissing,
} from './openai-failures.js';

/** Tokens of a square picture; the larger forms have half as many again. */
const SQUARE_TOKENS: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160 };

/** https://platform.openai.com/docs/api-reference/images/create */
export const openaiImage: Provider = {
  name: 'openai-image',
  host: 'api.openai.com',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/v1/images/generations',
  textOf: ({ body }) => textIn(body, 'prompt') ?? '',
  refusalOf(asked) {
    const refusal = openAiCredentialRefusal(asked);
    if (refusal) return refusal;
    const { body } = asked;
    if (textIn(body, 'prompt') === undefined) return openAiMissing('prompt');
    const { n = 1, response_format } = body;
    if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > 10) {
      return openAiInvalid('n', 'expected a whole number of 1 to 10');
    }
    return isOfTokens(body) && response_format !== undefined
      ? openAiFailure(400, "Unknown parameter: 'response_format'.", {
          param: 'response_format',
          code: 'unknown_parameter',
        })
      : undefined;
  },
  answer,
  failure: openAiFailure,
  idempotency: openAiIdempotency,
};

/** The GPT image models answer the picture itself and say their tokens; the older ones answer a link or the picture. */
function isOfTokens(body: Asked['body']): boolean {
  return (textIn(body, 'model') ?? '').startsWith('gpt-image');
}

function answer({ body, origin }: Asked, { seed, figures }: Making): Answer {
  const count = wholeIn(body, 'n') ?? 1;
  const colours = Array.from({ length: count }, (_, number) => seed.hex(`colour ${number}`, 6));
  const created = seed.seconds('created');
  const prompt = textIn(body, 'prompt') ?? '';
  if (!isOfTokens(body)) {
    const isLink = textIn(body, 'response_format') !== 'b64_json';
    const data = colours.map((colour) => ({
      revised_prompt: prompt,
      ...(isLink
        ? { url: `${origin}/sandbox/images/${colour}.png` }
        : { b64_json: picture(colour).toString('base64') }),
    }));
    return json(200, { created, data });
  }
  const quality = textIn(body, 'quality') ?? 'auto';
  const size = textIn(body, 'size') ?? 'auto';
  const each = SQUARE_TOKENS[quality] ?? SQUARE_TOKENS['medium']!;
  const output = count * (size === 'auto' || size === '1024x1024' ? each : each * 1.5);
  const input = tokensIn(prompt);
  return json(200, {
    created,
    background: 'opaque',
    data: colours.map((colour) => ({ b64_json: picture(colour).toString('base64') })),
    output_format: 'png',
    quality: quality === 'auto' ? 'medium' : quality,
    size: size === 'auto' ? '1024x1024' : size,
    usage: figures.told({
      input_tokens: figures.units(input),
      input_tokens_details: { image_tokens: 0, text_tokens: input },
      output_tokens: figures.units(output),
      total_tokens: figures.units(input + output),
    }),
  });
}
