import { z } from 'zod';
import { paymentRequestSchema } from '../http/payment-schema.js';
import { HEADERS } from '../headers.js';
import { subjects } from '../subjects.js';
import { envelopeAnswerSchema, envelopeSchema, feedEventSchema, intentAnswerSchema } from './messages.js';

/** What stands on the bus for agents, orchestrators and operators. Services talk among themselves by subjects of their own. */
export interface Channel {
  name: string;
  /** The subject, with `{…}` for what differs. */
  address: string;
  parameters: Readonly<Record<string, string>>;
  summary: string;
  /** Whether Bursar hears it or says it. */
  action: 'receive' | 'send';
  message: { name: string; payload: z.ZodType; headers: Readonly<Record<string, string>> };
  /** The channel on which what is heard is answered. */
  answered_on?: string;
}

const org = 'Id of the organization.';
const agent = 'Id of the agent that pays or is paid, or of its handle with `.` written as `%2E`.';
const key = 'Id of the org key that publishes.';
const partition = 'Of 64, the one that holds the org.';

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
