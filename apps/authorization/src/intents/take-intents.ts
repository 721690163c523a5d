import { HEADERS, problemOfCode, problemOfDecline, renderPaymentAnswer, type OwnerAnswer } from '#contracts';
import { replySubjectAllowed, type BusMessage } from '#bus';
import { memoNote, type Note } from '#event-log';
import type { Clock, IdSource } from '../ports.js';
import type { Owner } from '../owner/owner.js';
import type { AgentRate } from '../requests/agent-rate.js';
import { readIntent, type ReadIntent } from './read-intent.js';

export interface IntentParts {
  owner: Owner;
  clock: Clock;
  ids: IdSource;
  rate: AgentRate;
  /** Sends an answer to the credential that published the intent. */
  reply(subject: string, answer: string): void;
  /** Writes a note later, on its own: nothing here waits for it. Absent: memos are not kept. */
  keepNote?(note: Note): void;
}

type Intent = Extract<ReadIntent, { ok: true }>;

/**
 * Takes a batch of payment intents from the stream. Each is answered where its caller waits and acked after its decision
 * is in the log; what cannot be decided now comes again later; what nobody could be told about goes to the dead letters.
 */
export function takeIntents(parts: IntentParts, messages: readonly BusMessage[]): void {
  for (const message of messages) takeIntent(parts, message);
}

function takeIntent(parts: IntentParts, message: BusMessage): void {
  const reply_to = message.header(HEADERS.reply_to);
  if (reply_to !== undefined && !replySubjectAllowed(message.subject, reply_to))
    return void message.deadLetter('reply_subject_not_own', `${reply_to} is not below the answers of its publisher`);
  const deadline = Number(message.header(HEADERS.deadline));
  const read = readIntent({
    subject: message.subject,
    text: textOf(message),
    fresh_id: parts.ids.freshId(),
    ...(Number.isSafeInteger(deadline) && deadline > 0 ? { deadline } : {}),
  });
  if (!read.ok) return refuseMalformed(parts, message, reply_to, read);
  const now = parts.clock.now();
  const wait = parts.rate.take(read.subject.org, read.subject.agent, now);
  if (wait > 0) return message.retry(wait);
  parts.owner.submit({
    partition: read.subject.partition,
    request: read.command,
    arrived_at: now,
    poisoned: (reason) => void message.deadLetter('command_not_storable', reason),
    answer: (answer) => settle(parts, message, reply_to, read, answer),
  });
}

function textOf(message: BusMessage): string | undefined {
  try {
    return message.text();
  } catch {
    return undefined;
  }
}

function settle(
  parts: IntentParts,
  message: BusMessage,
  reply_to: string | undefined,
  intent: Intent,
  answer: OwnerAnswer,
): void {
  // Not decided: the message stays in the stream, for us or for the next owner.
  if (answer.kind === 'unavailable')
    return message.retry(answer.code === 'not_owner' ? 50 : (answer.retry_after_ms ?? 1_000));
  if (reply_to !== undefined) parts.reply(reply_to, JSON.stringify(intentAnswer(intent.idempotency_key, answer)));
  message.ack();
  if (intent.memo) keepMemo(parts, intent.memo, answer);
}

/** Behind ack and answer: a crash here loses the memo, never the payment. */
function keepMemo(parts: IntentParts, memo: NonNullable<Intent['memo']>, answer: OwnerAnswer): void {
  const recorded = answer.kind === 'refused' ? answer.recorded : answer.kind === 'recorded' ? answer : undefined;
  const note = recorded && memoNote(recorded.event, memo);
  if (note) parts.keepNote?.(note);
}

/** The payment answer of API.md with the intent's key; where nothing was recorded, the refusal as `decline`. */
function intentAnswer(key: string, answer: OwnerAnswer): object {
  if (answer.kind === 'recorded')
    return { idempotency_key: key, ...renderPaymentAnswer(answer.event, answer.position) };
  if (answer.kind !== 'refused') throw new Error(`an intent is not answered by ${answer.kind}`);
  const { recorded, refusal } = answer;
  if (recorded) return { idempotency_key: key, ...renderPaymentAnswer(recorded.event, recorded.position) };
  return { idempotency_key: key, status: 'declined', decline: problemOfDecline(refusal) };
}

function refuseMalformed(
  parts: IntentParts,
  message: BusMessage,
  reply_to: string | undefined,
  read: Extract<ReadIntent, { ok: false }>,
): void {
  const explanation = read.problems.map(({ field, message: text }) => `${field} ${text}`).join('; ');
  if (reply_to === undefined || !read.subject) return void message.deadLetter(read.reason, explanation);
  const code = read.reason === 'unparseable_body' ? 'unparseable_body' : 'body_invalid';
  parts.reply(
    reply_to,
    JSON.stringify({
      ...(read.idempotency_key === undefined ? {} : { idempotency_key: read.idempotency_key }),
      status: 'declined',
      decline: problemOfCode(code, { problems: read.problems }),
    }),
  );
  message.ack();
}
