import { json, type Answer } from '../exchange.js';
import type { Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { isMailAddress, listIn, textIn, type Fields } from './fields.js';

const MOST_KEY_CHARACTERS = 256;

/** https://resend.com/docs/api-reference/emails/send-email */
export const resend: Provider = {
  name: 'resend',
  host: 'api.resend.com',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/emails',
  textOf: ({ body }) => ['subject', 'text', 'html'].map((name) => textIn(body, name) ?? '').join('\n'),
  refusalOf(asked) {
    const credential = bearerOf(asked);
    if (credential === 'missing') return refusal(401, 'missing_api_key', 'Missing API Key');
    if (credential === 'malformed') return refusal(401, 'validation_error', 'API key is invalid');
    const key = asked.headers['idempotency-key'];
    if (typeof key === 'string' && (key === '' || key.length > MOST_KEY_CHARACTERS)) {
      return refusal(
        400,
        'invalid_idempotency_key',
        'Idempotency keys, if present, must have between 1 and 256 characters.',
      );
    }
    return problemOf(asked.body);
  },
  answer: (_, { seed }) => json(200, { id: seed.uuid('id') }),
  failure: (status, message) => refusal(status, NAMES[status] ?? 'application_error', message),
  idempotency: {
    header: 'idempotency-key',
    conflict: refusal(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.'),
  },
};

const NAMES: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  405: 'method_not_allowed',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
};

function problemOf(body: Fields): Answer | undefined {
  const recipients = typeof body['to'] === 'string' ? [body['to']] : listIn(body, 'to');
  const contents = ['html', 'text', 'template', 'react'];
  if (textIn(body, 'from') === undefined) return missing('from');
  if (recipients.length === 0) return missing('to');
  if (textIn(body, 'subject') === undefined) return missing('subject');
  if (contents.every((name) => body[name] === undefined)) {
    return refusal(422, 'missing_required_field', 'Missing `html` or `text` field.');
  }
  if (!isMailAddress(textIn(body, 'from') ?? '')) return invalid('from');
  return recipients.every((address) => typeof address === 'string' && isMailAddress(address))
    ? undefined
    : invalid('to');
}

function missing(field: string): Answer {
  return refusal(422, 'missing_required_field', `Missing \`${field}\` field.`);
}

function invalid(field: string): Answer {
  const form = 'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';
  return refusal(422, 'validation_error', `Invalid \`${field}\` field. ${form}`);
}

function refusal(statusCode: number, name: string, message: string): Answer {
  return json(statusCode, { statusCode, name, message });
}
