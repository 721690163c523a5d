import { json, type Answer } from '../exchange.js';
import type { Provider } from '../provider.js';
import { bearerOf } from './credential.js';
import { fieldsIn, isFields, isMailAddress, listIn, textIn, type Fields } from './fields.js';

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send: 202, and the id in a header. */
export const sendgrid: Provider = {
  name: 'sendgrid',
  host: 'api.sendgrid.com',
  method: 'POST',
  bodyForm: 'json',
  isPath: (path) => path === '/v3/mail/send',
  textOf: ({ body }) =>
    [textIn(body, 'subject'), ...contentsOf(body).map((content) => textIn(content, 'value'))].join('\n'),
  refusalOf(asked) {
    if (bearerOf(asked) !== 'given') {
      return refusal(401, 'The provided authorization grant is invalid, expired, or revoked', null);
    }
    return problemOf(asked.body);
  },
  answer: (_, { seed }) => ({
    status: 202,
    headers: { 'x-message-id': seed.hex('id', 22) },
    content: { kind: 'nothing' },
  }),
  failure: (status, message) => refusal(status, message, null),
};

function problemOf(body: Fields): Answer | undefined {
  const personalizations = listIn(body, 'personalizations').filter(isFields);
  if (personalizations.length === 0) {
    return refusal(
      400,
      'The personalizations field is required and must have at least one personalization.',
      'personalizations',
    );
  }
  for (const [place, personalization] of personalizations.entries()) {
    const field = `personalizations.${place}.to`;
    const recipients = listIn(personalization, 'to').filter(isFields);
    if (recipients.length === 0)
      return refusal(400, 'The to array is required for all personalization objects.', field);
    const wrong = recipients.findIndex((each) => !isMailAddress(textIn(each, 'email') ?? ''));
    if (wrong !== -1) return refusal(400, 'Does not contain a valid address.', `${field}.${wrong}.email`);
  }
  if (!isMailAddress(textIn(fieldsIn(body, 'from'), 'email') ?? '')) {
    return refusal(400, 'The from object must be provided for every email send.', 'from.email');
  }
  const hasTemplate = textIn(body, 'template_id') !== undefined;
  const hasSubject = personalizations.every(
    (each) => (textIn(each, 'subject') ?? textIn(body, 'subject')) !== undefined,
  );
  if (!hasSubject && !hasTemplate) {
    return refusal(
      400,
      'The subject is required. You can get around this requirement if you use a template with a subject defined.',
      'subject',
    );
  }
  if (hasTemplate) return undefined;
  const contents = contentsOf(body);
  if (contents.length === 0)
    return refusal(400, 'Unless a valid template_id is provided, the content parameter is required.', 'content');
  const empty = contents.findIndex((content) => textIn(content, 'value') === undefined);
  return empty === -1
    ? undefined
    : refusal(400, 'The content value must be a string at least one character in length.', `content.${empty}.value`);
}

function contentsOf(body: Fields): readonly Fields[] {
  return listIn(body, 'content').filter(isFields);
}

function refusal(status: number, message: string, field: string | null): Answer {
  return json(status, { errors: [{ message, field, help: null }] });
}
