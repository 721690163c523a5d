import { z } from 'zod';
import { paymentRequestSchema } from '../http/payment-schema.js';
import { HEADERS } from '../headers.js';
import { subjects } from '../subjects.js';
import { envelopeAnswerSchema, envelopeSchema, feedEventSchema, intentAnswerSchema } from './messages.js';
import { partSchema, settlementAnswerSchema, settlementRequestSchema, takenSchema } from './settlement-messages.js';

/** What stands on the bus for agents, orchestrators and operators, and what gateways and settlement say to each other. Commands to books’ owners are not here. */
export interface Channel {
  name: string;
  /** The subject, with `{…}` for what differs. */
  address: string;
  parameters: Readonly<Record<string, string>>;
  summary: string;
  /** Whether Bursar hears it or says it. */
  action: 'receive' | 'send';
  message: Message;
  /** The channel on which what is heard is answered. */
  answered_on?: string;
  /** Where a message says on which subject: in a header of ours, unless it is a request of NATS'. */
  answered_by?: 'request';
}

export interface Message {
  name: string;
  payload: z.ZodType;
  headers: Readonly<Record<string, string>>;
  /** Where it is no JSON. */
  content_type?: string;
}

const org = 'Id of the organization.';
const agent = 'Id of the agent that pays or is paid, or of its handle with `.` written as `%2E`.';
const key = 'Id of the org key that publishes.';
const partition = 'Of 64, the one that holds the org.';

const inbox = { gateway: 'Of the process that asks.', request: 'Of the request.' };

const asked = {
  [HEADERS.reply_to]: 'Where the answer goes: below `answers.<org>.<credential>.` of whoever publishes.',
  [HEADERS.deadline]: 'Milliseconds since the epoch after which it is dropped undecided.',
  [HEADERS.traceparent]: 'Of the caller’s trace.',
};

const recorded = {
  [HEADERS.message_id]: '`<partition>:<position>` of the event: the cursor from which `GET /v1/events` goes on.',
  [HEADERS.ce_id]: 'CloudEvents: `evt_<partition>_<position>`.',
  [HEADERS.ce_type]: 'CloudEvents: `bursar.` and the event’s type.',
  [HEADERS.ce_source]: 'CloudEvents: `urn:bursar:<org>`.',
  [HEADERS.ce_time]: 'CloudEvents: when it was recorded.',
  [HEADERS.ce_specversion]: 'CloudEvents: `1.0`.',
};

const intent = { name: 'Intent', payload: paymentRequestSchema, headers: asked };
const envelope = { name: 'Envelope', payload: envelopeSchema, headers: asked };

/** Every channel, its address made by the functions that the code uses. */
export const CHANNELS: readonly Channel[] = [
  {
    name: 'intents',
    address: subjects.intent('{org}', '{agent}', '{agent}'),
    parameters: { org, agent },
    summary: 'A payment that an agent asks for with its own token: the body of POST /v1/payments, and its key',
    action: 'receive',
    message: intent,
    answered_on: 'intentAnswers',
  },
  {
    name: 'intentsOfKeys',
    address: subjects.intent('{org}', '{agent}', '{key}'),
    parameters: { org, agent, key },
    summary: 'The same by an org key, for the agent in the subject',
    action: 'receive',
    message: intent,
    answered_on: 'intentAnswers',
  },
  {
    name: 'envelopes',
    address: subjects.envelope('{org}', '{agent}', '{agent}'),
    parameters: { org, agent },
    summary: 'A call of a payment protocol by an agent with its own token',
    action: 'receive',
    message: envelope,
    answered_on: 'envelopeAnswers',
  },
  {
    name: 'envelopesOfKeys',
    address: subjects.envelope('{org}', '{agent}', '{key}'),
    parameters: { org, agent, key },
    summary: 'The same by an org key, for the agent in the subject',
    action: 'receive',
    message: envelope,
    answered_on: 'envelopeAnswers',
  },
  {
    name: 'intentAnswers',
    address: `${subjects.answersOf('{org}', '{credential}')}.{conversation}`,
    parameters: {
      org,
      credential: 'Id of the agent, or of the org key, that has published the intent.',
      conversation: 'Whatever it has named in Bursar-Reply-To.',
    },
    summary: 'What became of an intent; a refusal is an answer too. The same intent again has the same answer',
    action: 'send',
    message: { name: 'IntentAnswer', payload: intentAnswerSchema, headers: {} },
  },
  {
    name: 'envelopeAnswers',
    address: `${subjects.answersOf('{org}', '{credential}')}.{conversation}`,
    parameters: {
      org,
      credential: 'Id of the agent, or of the org key, that has published the envelope.',
      conversation: 'Whatever it has named in Bursar-Reply-To.',
    },
    summary: 'What became of an envelope',
    action: 'send',
    message: { name: 'EnvelopeAnswer', payload: envelopeAnswerSchema, headers: {} },
  },
  {
    name: 'feed',
    address: subjects.feed('{org}', '{agent}'),
    parameters: { org, agent: 'Id of the agent that the event concerns; `_` where it concerns none.' },
    summary:
      'Each event when it is recorded: an agent its own, an org key `feed.<org>.>`. What was missed: GET /v1/events',
    action: 'send',
    message: { name: 'FeedEvent', payload: feedEventSchema, headers: recorded },
  },
  {
    name: 'events',
    address: 'events.{partition}.{org}.{agent}.{type}',
    parameters: { partition, org, agent: 'Id, or `_`.', type: 'Of the event, two words: `payment.authorized`.' },
    summary: 'The same in the stream EVENTS, for services of the deployment; agents and org keys have no right to it',
    action: 'send',
    message: { name: 'StoredEvent', payload: feedEventSchema, headers: recorded },
  },
  {
    name: 'settlementRequests',
    address: 'settlement.{call}',
    parameters: { call: 'Two words: `service.pay`.' },
    summary:
      'What a gateway asks of any replica of settlement, by request and reply; agents and org keys have no right to it',
    action: 'receive',
    message: { name: 'SettlementRequest', payload: settlementRequestSchema, headers: {} },
    answered_on: 'settlementAnswers',
    answered_by: 'request',
  },
  {
    name: 'settlementAnswers',
    address: '_INBOX.{gateway}.{request}',
    parameters: inbox,
    summary: 'Its answer. Where that comes as time goes by, or is larger than a message, it is the first of several',
    action: 'send',
    message: {
      name: 'SettlementAnswer',
      payload: settlementAnswerSchema,
      headers: { [HEADERS.part]: '`part 0`, where more follows.' },
    },
  },
  {
    name: 'settlementParts',
    address: '_INBOX.{gateway}.{request}',
    parameters: inbox,
    summary:
      'What follows on it, as it comes: at most 16 that the gateway has not taken, each with the subject on which it says so as its reply',
    action: 'send',
    message: {
      name: 'SettlementPart',
      payload: partSchema,
      content_type: 'text/plain; charset=utf-8',
      headers: {
        [HEADERS.part]:
          '`part <number>`, counted from 1; `end <number>`: no more follows; `alive` or `gone`: what a gateway is told that asks whether more will.',
      },
    },
  },
  {
    name: 'settlementPartsTaken',
    address: '_INBOX.{settlement}.{answer}',
    parameters: { settlement: 'Of the process that answers.', answer: 'Of the answer.' },
    summary:
      'How far the gateway is, at every eighth part; as a request, with `alive` or `gone` as its answer, when it has heard nothing for a second',
    action: 'receive',
    message: { name: 'SettlementPartsTaken', payload: takenSchema, content_type: 'text/plain', headers: {} },
  },
  {
    name: 'deadLetters',
    address: 'dead.{stream}.{partition}.{reason}',
    parameters: { stream: 'INTENTS, ENVELOPES, EVENTS or COMMANDS.', partition, reason: 'In one word.' },
    summary: 'What nobody could use, as it came, for operators of the deployment',
    action: 'send',
    message: {
      name: 'DeadLetter',
      payload: z.unknown().meta({ id: 'DeadLetter', description: 'As it was published, whatever that is.' }),
      headers: {
        [HEADERS.dead_reason]: 'Why.',
        [HEADERS.dead_subject]: 'Where it was.',
        [HEADERS.dead_stream]: 'In which stream.',
        [HEADERS.dead_sequence]: 'At which place of the stream.',
        [HEADERS.dead_deliveries]: 'How often it was tried.',
      },
    },
  },
];
