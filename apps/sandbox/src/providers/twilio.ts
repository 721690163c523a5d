import { json, type Answer, type Asked } from '../exchange.js';
import type { Making, Provider } from '../provider.js';
import { basicOf } from './credential.js';
import { textIn } from './fields.js';
import { segmentsOf } from './sms-segments.js';

const PATH = /^\/2010-04-01\/Accounts\/([A-Za-z0-9]+)\/Messages\.json$/;
const NUMBER = /^(whatsapp:)?\+[1-9]\d{1,14}$/;

/** https://www.twilio.com/docs/messaging/api/message-resource: form encoded, and priced only later, so `price` is null. */
export const twilio: Provider = {
  name: 'twilio',
  host: 'api.twilio.com',
  method: 'POST',
  bodyForm: 'form',
  isPath: (path) => PATH.test(path),
  textOf: ({ body }) => textIn(body, 'Body') ?? '',
  refusalOf(asked) {
    if (basicOf(asked) !== 'given') return refusal(401, 20003, 'Authenticate');
    const { body } = asked;
    const to = textIn(body, 'To');
    if (to === undefined) return refusal(400, 21604, "A 'To' phone number is required.");
    if (!NUMBER.test(to)) return refusal(400, 21211, `Invalid 'To' Phone Number: ${to}`);
    if (textIn(body, 'From') === undefined && textIn(body, 'MessagingServiceSid') === undefined) {
      return refusal(400, 21603, "A 'From' phone number is required.");
    }
    const contents = ['Body', 'MediaUrl', 'ContentSid'];
    if (contents.every((name) => textIn(body, name) === undefined)) {
      return refusal(400, 21602, 'Message body is required.');
    }
    const isLong = (textIn(body, 'Body') ?? '').length > 1600;
    return isLong ? refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit') : undefined;
  },
  answer,
  failure: (status, message) => refusal(status, CODES[status] ?? 20500, message),
};

const CODES: Readonly<Record<number, number>> = {
  400: 20001,
  401: 20003,
  404: 20404,
  405: 20004,
  429: 20429,
  503: 20503,
};

function answer({ path, body }: Asked, { seed, figures }: Making): Answer {
  const account = PATH.exec(path)?.[1] ?? '';
  const sid = `SM${seed.hex('sid', 32)}`;
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  const text = textIn(body, 'Body') ?? '';
  const date = seed.moment('date').toUTCString().replace('GMT', '+0000');
  const service = textIn(body, 'MessagingServiceSid') ?? null;
  return json(201, {
    account_sid: account,
    api_version: '2010-04-01',
    body: text,
    date_created: date,
    date_sent: null,
    date_updated: date,
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: textIn(body, 'From') ?? null,
    messaging_service_sid: service,
    num_media: '0',
    num_segments: figures.told(String(figures.units(segmentsOf(text)))),
    price: null,
    price_unit: 'USD',
    sid,
    status: service === null ? 'queued' : 'accepted',
    subresource_uris: { media: `${uri}/Media.json` },
    to: textIn(body, 'To'),
    uri: `${uri}.json`,
  });
}

function refusal(status: number, code: number, message: string): Answer {
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}
