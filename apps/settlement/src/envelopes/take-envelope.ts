import { replySubjectAllowed, type BusMessage } from '#bus';
import {
  HEADERS,
  isUndecided,
  problemOfCode,
  problemOfDecline,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { readEnvelope, type EnvelopeCall } from './read-envelope.js';

export interface EnvelopeParts {
  settle(call: EnvelopeCall, request: SettlementRequest): Promise<SettlementAnswer>;
  /** Sends an answer to the credential that published the envelope. */
  reply(subject: string, answer: string): void;
}

/** An envelope that says nothing may be settled this long after it is taken up. */
const DEADLINE_MS = 20_000;
const AGAIN_AFTER_MS = 1_000;

/**
 * Takes one envelope from the stream. It is answered where its publisher waits and acked after its decision is in the log; what
 * cannot be decided now comes again later; what nobody could be told about goes to the dead letters. Never rejects for what an
 * envelope says.
 */
export async function takeEnvelope(parts: EnvelopeParts, message: BusMessage): Promise<void> {
  const reply_to = message.header(HEADERS.reply_to);
  if (reply_to !== undefined && !replySubjectAllowed(message.subject, reply_to))
    return message.deadLetter('reply_subject_not_own', `${reply_to} is not below the answers of its publisher`);
  const told = Number(message.header(HEADERS.deadline));
  const isTold = Number.isSafeInteger(told) && told > 0;
  const deadline = isTold ? told : Date.now() + DEADLINE_MS;
  const read = readEnvelope({ subject: message.subject, text: textOf(message), deadline });
  const answered = (text: string): void => {
    if (reply_to !== undefined) parts.reply(reply_to, text);
    message.ack();
  };
  if (!read.ok) {
    const { code, problems, idempotency_key } = read;
    if (reply_to === undefined)
      return message.deadLetter(code, problems.map(({ field, message: text }) => `${field} ${text}`).join('; '));
    return answered(
      JSON.stringify({ idempotency_key, outcome: 'refused', problem: problemOfCode(code, { problems }) }),
    );
  }
  const { call, idempotency_key, request } = read;
  const answer = isTold && told <= Date.now() ? DEADLINE_PASSED : await parts.settle(call, request);
  if (comesAgain(answer)) return message.retry(retryAfter(answer));
  answered(answerText(call, idempotency_key, answer));
}

const DEADLINE_PASSED: SettlementAnswer = { kind: 'problem', code: 'deadline_passed' };

function textOf(message: BusMessage): string | undefined {
  try {
    return message.text();
  } catch {
    return undefined;
  }
}

/** The same envelope again, with its key, ends what has no decision yet, or what met a fault of ours. */
function comesAgain(answer: SettlementAnswer): boolean {
  return answer.kind === 'problem' ? answer.code === 'internal_error' : isUndecided(answer);
}

function retryAfter(answer: SettlementAnswer): number {
  const told = answer.kind === 'unavailable' || answer.kind === 'done' ? answer.retry_after_ms : undefined;
  return told ?? AGAIN_AFTER_MS;
}

/** What HTTP would have answered: the protocol's own answer, which is JSON text already, or a problem document. */
function answerText(call: EnvelopeCall, idempotency_key: string, answer: SettlementAnswer): string {
  if (answer.kind === 'done') {
    const head = JSON.stringify({ idempotency_key, call, outcome: answer.outcome });
    return `${head.slice(0, -1)},"answer":${answer.body}}`;
  }
  return JSON.stringify({ idempotency_key, call, outcome: 'refused', problem: problemOf(answer) });
}

function problemOf(answer: Exclude<SettlementAnswer, { kind: 'done' }>): object {
  switch (answer.kind) {
    case 'problem': {
      const { code, detail, problems, scope } = answer;
      return problemOfCode(code, { detail, problems, scope });
    }
    case 'refused':
      return problemOfDecline(answer.refusal);
    case 'unavailable':
      throw new Error('An envelope that was not decided has no answer');
  }
}
