import { json, type Answer, type Asked } from '../exchange.js';
import { bearerOf } from './credential.js';

/** An error as every route of OpenAI says it. */
export function openAiFailure(
  status: number,
  message: string,
  { param = null, code = null }: { param?: string | null; code?: string | null } = {},
): Answer {
  return json(status, { error: { message, type: TYPES[status] ?? typeOf(status), param, code } });
}

const TYPES: Readonly<Record<number, string>> = { 429: 'requests' };

function typeOf(status: number): string {
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

export function openAiCredentialRefusal(asked: Asked): Answer | undefined {
  switch (bearerOf(asked)) {
    case 'given':
      return undefined;
    case 'missing':
      return openAiFailure(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.",
      );
    case 'malformed':
      return openAiFailure(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
  }
}

export function openAiMissing(param: string): Answer {
  return openAiFailure(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' });
}

export function openAiInvalid(param: string, what: string): Answer {
  return openAiFailure(400, `Invalid '${param}': ${what}.`, { param, code: 'invalid_value' });
}

/** Its clients send the header with every repetition of a call. */
export const openAiIdempotency = {
  header: 'idempotency-key',
  conflict: openAiFailure(
    400,
    'Keys for idempotent requests can only be used with the same parameters they were first used with.',
    {
      code: 'idempotency_key_conflict',
    },
  ),
};
