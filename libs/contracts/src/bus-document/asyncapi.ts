import { z } from 'zod';
import { CHANNELS, type Channel } from './channels.js';

type Json = Record<string, unknown>;

/** The AsyncAPI 3 document of the bus: made from the channels and the schemas of their messages. */
export function asyncApiDocument(): Json {
  const schemas: Record<string, Json> = {};
  const messages: Record<string, Json> = {};
  for (const channel of CHANNELS) messages[channel.message.name] = messageOf(channel, schemas);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Bursar on the bus',
      version: '1',
      description:
        'What agents, orchestrators and operators hear and say over NATS. The body of a payment is that of POST /v1/payments.',
    },
    defaultContentType: 'application/json',
    servers: {
      bursar: {
        host: '127.0.0.1:4222',
        protocol: 'nats',
        description: 'The embedded nats-server, or the one of NATS_URL.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel.name, channelOf(channel)])),
    operations: Object.fromEntries(CHANNELS.map((channel) => [operationName(channel), operationOf(channel)])),
    components: {
      securitySchemes: {
        token: {
          type: 'userPassword',
          description: 'An org key or an agent’s token, as NATS token or as the password of any user name.',
        },
      },
      messages,
      schemas: Object.fromEntries(Object.entries(schemas).sort(([left], [right]) => (left < right ? -1 : 1))),
    },
  };
}

/** The text of `docs/asyncapi.json`. */
export function asyncApiText(): string {
  return `${JSON.stringify(asyncApiDocument(), null, 2)}\n`;
}

function channelOf({ address, parameters, summary, message }: Channel): Json {
  return {
    address,
    summary,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, description]) => [name, { description }])),
    messages: { [message.name]: { $ref: `#/components/messages/${message.name}` } },
  };
}

function operationName({ name, action }: Channel): string {
  return `${action}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function operationOf({ name, action, summary, message, answered_on, answered_by }: Channel): Json {
  const heard = { action, channel: { $ref: `#/channels/${name}` }, summary, messages: [messageOn(name, message.name)] };
  if (answered_on === undefined) return heard;
  const answer = CHANNELS.find((each) => each.name === answered_on)!;
  return {
    ...heard,
    reply: {
      // Of a request NATS itself carries the subject.
      ...(answered_by === 'request' ? {} : { address: { location: '$message.header#/Bursar-Reply-To' } }),
      channel: { $ref: `#/channels/${answered_on}` },
      messages: [messageOn(answered_on, answer.message.name)],
    },
  };
}

const messageOn = (channel: string, message: string): Json => ({ $ref: `#/channels/${channel}/messages/${message}` });

function messageOf({ message, answered_on, answered_by }: Channel, schemas: Record<string, Json>): Json {
  const { name, payload, headers, content_type = 'application/json' } = message;
  const isCorrelated = answered_on !== undefined && answered_by !== 'request';
  const properties = Object.fromEntries(
    Object.entries(headers).map(([header, description]) => [header, { type: 'string', description }]),
  );
  return {
    name,
    contentType: content_type,
    ...(isCorrelated ? { correlationId: { location: '$message.payload#/idempotency_key' } } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { headers: { type: 'object', properties } }),
    payload: { $ref: `#/components/schemas/${schemaNamed(payload, schemas)}` },
  };
}

/** Puts a schema and all that it names among the components, and gives its name. */
function schemaNamed(schema: z.ZodType, schemas: Record<string, Json>): string {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('A message’s schema needs an id in its meta');
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as Json;
  const {
    $schema: _dialect,
    definitions = {},
    $ref: _itself,
    ...own
  } = made as Json & { definitions?: Record<string, Json> };
  for (const [name, definition] of Object.entries({
    ...definitions,
    ...(Object.keys(own).length > 0 ? { [id]: own } : {}),
  }))
    schemas[name] = named(definition);
  return id;
}

function named(definition: Json): Json {
  const { id: _id, ...rest } = definition;
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/definitions/', '"#/components/schemas/')) as Json;
}
