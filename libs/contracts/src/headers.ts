/** Header names on the bus. JetStream takes a message's reply subject for itself, so the answer's travels as a header. */
export const HEADERS = {
  reply_to: 'Bursar-Reply-To',
  /** Milliseconds since the epoch after which the message is to be dropped undecided. */
  deadline: 'Bursar-Deadline',
  traceparent: 'traceparent',
  /** Which part of a reply a message is, where the reply is more than one. */
  part: 'Bursar-Part',
  message_id: 'Nats-Msg-Id',
  /** Why a message stands among the dead letters, and where it was. */
  dead_reason: 'Bursar-Dead-Reason',
  dead_subject: 'Bursar-Dead-Subject',
  dead_stream: 'Bursar-Dead-Stream',
  dead_sequence: 'Bursar-Dead-Sequence',
  dead_deliveries: 'Bursar-Dead-Deliveries',
  /** CloudEvents 1.0 attributes of published events. */
  ce_id: 'ce-id',
  ce_type: 'ce-type',
  ce_source: 'ce-source',
  ce_time: 'ce-time',
  ce_specversion: 'ce-specversion',
} as const;

/** `Nats-Msg-Id` of a published event, and its public id. */
export function eventMessageId(partition: number, position: number): string {
  return `${partition}:${position}`;
}
