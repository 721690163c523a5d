import { z } from 'zod';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import { amount, bool, json, matching, name, NAME, record, rule, text, whole } from './fields.js';
import { payloadFieldsSchema } from './payload-schema.js';
import { priceSchema } from './price-schema.js';

const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, rule('must be a JSON object'));

/** A header's name, in any case; those of the connection are the HTTP client's to write. */
const HEADER =
  /^(?!(?:host|content-length|content-type|transfer-encoding|connection|expect|upgrade|te|trailer|keep-alive|proxy-.*)$)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/i;
const headerName = matching(HEADER, 'must be a header that the connection does not write itself');
const template = text(8192, 0);
const path = text(256);

/**
 * A value of the answer by its path (`choices[0].message.content`, `results[*].url`, `header:x-message-id`), or by the first of several that
 * is there. `prefix` makes a URL of what is none, such as `data:image/png;base64,`.
 */
const answerField = z.union(
  [
    path,
    object({
      first_of: z.array(path, rule('must be a list of paths')).min(1, 'must name a path'),
      otherwise: json.optional(),
      prefix: text(64).optional(),
    }),
  ],
  rule('must be a path into the answer, or {first_of, otherwise?, prefix?}'),
);

/** What an account with the provider holds. A definition without `parts` has one, called `value`. */
const secretPart = object({
  name,
  description: text().optional(),
  /** Where the org's secret leaves it out. */
  default: text(256).optional(),
  /** What stands in its place while the sandbox is asked. */
  sandbox: text(256).optional(),
});
const parts = z
  .array(secretPart, rule('must be a list of parts'))
  .min(1, 'must name a part')
  .max(PAID_SERVICE_BOUNDS.secret_parts, `must have at most ${PAID_SERVICE_BOUNDS.secret_parts} parts`)
  .optional();

const secret = z.discriminatedUnion(
  'placed',
  [
    object({
      placed: z.literal('header'),
      name: headerName,
      prefix: text(64).optional(),
      part: name.optional(),
      parts,
    }),
    object({ placed: z.literal('query'), name: text(64), prefix: text(64).optional(), part: name.optional(), parts }),
    object({ placed: z.literal('basic'), username: name, password: name, parts }),
  ],
  rule('must be placed in header, query or basic'),
);

const body = z.union(
  [object({ json: z.unknown() }), object({ form: record(template, /^.{1,128}$/su, 'must have a name') })],
  rule('must be {json} or {form}'),
);

/**
 * What a paid service is, as data. Texts below `call` may be templates: `{payload.query}` is the caller's field, `{secret.account_sid}` a part of the secret,
 * `{payload.from|secret.from}` the first that is there. A text that is one template and nothing else keeps the field's JSON type;
 * an absent optional field drops its entry, and the item of a list that it stands in. `{{` and `}}` are braces.
 */
export const serviceDefinitionSchema = object({
  name: matching(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, dot, _ and -'),
  title: text(128),
  description: text().optional(),
  /** `search`, `reading`, `news`, `email`, `sms`, `image`, `chat`, or a word of one's own. It stands on payments, where lists and reports use it. */
  category: matching(/^[A-Za-z0-9._:/-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, dot, _, :, / and -'),
  /** The provider's page that the definition was written from. */
  documentation: text().optional(),
  call: object({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], rule('must be GET, POST, PUT, PATCH or DELETE')),
    /**
     * Values are percent-encoded; `{+payload.url}` (as in RFC 6570), at the end of the path and of a field of the format `url` only, is written
     * as it is, without its fragment. No template can stand in scheme, host or port.
     */
    url: text(PAID_SERVICE_BOUNDS.url_characters),
    query: record(template, /^[\x21-\x7e]{1,128}$/, 'must be named in printable characters').optional(),
    headers: record(template, HEADER, 'must be a header that the connection does not write itself').optional(),
    body: body.optional(),
  }),
  payload: payloadFieldsSchema,
  secret: secret.optional(),
  price: priceSchema,
  /** What an answer consists of: `json` (the default), `text`, or `nothing` where it may be empty. */
  answers_with: z.enum(['json', 'text', 'nothing'], rule('must be json, text or nothing')).optional(),
  /** Fields that are put at the top of the answer. What is not there is left out. */
  answer: record(answerField, NAME, 'must be named with letters, digits and _, a letter first').optional(),
  /** Which of the typed calls this service serves. */
  typed: object({
    call: z.enum(['search', 'email', 'image', 'sms'], rule('must be search, email, image or sms')),
    /** The service's field: the typed body's field that it is taken from. */
    payload: record(name, NAME, 'must be a field of the payload'),
    answer: object({
      result: answerField.optional(),
      message_id: answerField.optional(),
      url: answerField.optional(),
    }),
  }).optional(),
  timeout_seconds: whole(1, PAID_SERVICE_BOUNDS.timeout_seconds),
  /** How often a call that surely did nothing is made again. */
  retries: whole(0, PAID_SERVICE_BOUNDS.retries),
  rate_per_minute: whole(1, 1_000_000).optional(),
  in_flight: whole(1, 10_000).optional(),
  /** The provider does nothing twice under one key in this header: a call whose outcome is unknown may be made again. */
  idempotency: object({ header: headerName }).optional(),
  /** Answers by server-sent events, as chat completions have them. */
  stream: object({
    /** The boolean field of the payload that asks for it. */
    field: name,
    /** What is added to the body then, so that the upstream reports usage at the end. */
    body: record(json, /^.{1,128}$/su, 'must have a name'),
    /** The upstream was told `at_most_units` and stops there by itself, so text alone never ends the call. */
    keeps_at_most: bool.optional(),
    /** How long a whole stream may take. */
    timeout_seconds: whole(1, PAID_SERVICE_BOUNDS.streamed_timeout_seconds),
  }).optional(),
  max_credits_recommended: amount,
});

export type ServiceDefinition = z.output<typeof serviceDefinitionSchema>;
export type AnswerField = z.output<typeof answerField>;
export type SecretPlacement = z.output<typeof secret>;
export type TypedCall = NonNullable<ServiceDefinition['typed']>['call'];
