import type { MsgHdrs } from '@nats-io/transport-node';
import { HEADERS, subjects } from '#contracts';
import type { EnvelopeCall, PaymentRequest } from '../requests/index.js';
import type { BusIdentity } from './connect.js';

/** A payment intent, ready to be sent as often as it takes. */
export interface IntentMessage {
  subject: string;
  data: string;
  headers: MsgHdrs;
}

/**
 * Who pays stands in the subject, which the server holds to the credential; so `agent_id` leaves the body.
 *
 * @throws TypeError for an org key without `agent_id`, and for an agent's token with another's
 */
export function intentMessage(
  identity: BusIdentity,
  request: PaymentRequest & { idempotency_key: string },
  replyTo: string,
  deadline: number | undefined,
): IntentMessage {
  const { agent_id, ...body } = request;
  return {
    subject: subjects.intent(identity.org, payerOf(identity, agent_id), identity.subject),
    data: JSON.stringify(body),
    headers: headersOf(replyTo, deadline),
  };
}

/** As `intentMessage`, for an envelope of a payment protocol, whose body is that of the call over HTTP. */
export function envelopeMessage(
  identity: BusIdentity,
  envelope: { call: EnvelopeCall; body: object; agent_id?: string; idempotency_key: string },
  replyTo: string,
  deadline: number | undefined,
): IntentMessage {
  const { agent_id, ...said } = envelope;
  return {
    subject: subjects.envelope(identity.org, payerOf(identity, agent_id), identity.subject),
    data: JSON.stringify(said),
    headers: headersOf(replyTo, deadline),
  };
}

function payerOf(identity: BusIdentity, named: string | undefined): string {
  const agent = named?.startsWith('@') ? named.slice(1) : named;
  if (identity.kind === 'agent') {
    if (agent === undefined || agent === identity.subject) return identity.subject;
    throw new TypeError(`On the bus an agent's token pays for itself (${identity.subject}), not for ${agent}`);
  }
  if (agent === undefined) throw new TypeError('With an org key an intent names its agent_id');
  return agent;
}

/** Written straight to bytes: the library's header object searches all its keys for every `set`. */
function headersOf(replyTo: string, deadline: number | undefined): MsgHdrs {
  const expiry = deadline === undefined ? '' : `${HEADERS.deadline}: ${deadline}\r\n`;
  const bytes = Buffer.from(`NATS/1.0\r\n${HEADERS.reply_to}: ${replyTo}\r\n${expiry}\r\n`, 'latin1');
  return { encode: () => bytes } as unknown as MsgHdrs;
}
