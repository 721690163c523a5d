import { isUndecided, subjects, type SettlementAnswer, type SettlementCall, type SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { Backoff } from './backoff.js';
import type { BusConnection } from './connection.js';
import { RequestFailed, Requester, type Reply } from './requester.js';

/** Settlement answers at its deadline what it knows by then; that is on its way a moment longer. */
const GRACE_MS = 1_000;

/** How often a request is brought to one more replica where those before say nothing. */
const COPIES_MAXIMUM = 3;

const UNKNOWN: SettlementAnswer = { kind: 'unavailable', code: 'outcome_unknown' };
const NOBODY: SettlementAnswer = { kind: 'unavailable', code: 'settlement_unavailable' };

interface Asked {
  readonly subject: string;
  readonly text: string;
  readonly deadline: number;
  /** It has its answer: copies that nobody has taken are dropped. */
  is_over: boolean;
}

/** Asks settlement, any replica of it. */
export class SettlementClient {
  readonly #requester: Requester;
  readonly #patience_ms: number;
  readonly #logger: Logger | undefined;

  /** `patience_ms`: how long a silent replica is waited for before another one is asked as well, then four times as long. */
  constructor(connection: BusConnection, options: { patience_ms?: number; logger?: Logger } = {}) {
    const { patience_ms = 2_000, logger } = options;
    this.#requester = new Requester(connection);
    this.#logger = logger;
    this.#patience_ms = patience_ms;
  }

  /**
   * The answer of one of the replicas. While none is there the request is sent again until its deadline; where the one that took
   * it says nothing, which may have ended or may wait for a book's owner, another one is asked beside it. So the request must
   * carry all that makes two of it one (`fresh_id`). Never rejects: what stays without an answer is `unavailable`, with
   * `outcome_unknown` where a replica may have taken it. Where the answer has a stream, that must be read, or its iterator returned.
   */
  async ask(call: SettlementCall, request: SettlementRequest): Promise<SettlementAnswer> {
    const text = JSON.stringify({ ...request, is_first: undefined });
    const copies: Promise<SettlementAnswer>[] = [];
    const asked = { subject: subjects.settlement(call), text, deadline: request.deadline, is_over: false };
    let patience_ms = this.#patience_ms;
    for (;;) {
      copies.push(this.#bring(asked));
      const isLast = copies.length === COPIES_MAXIMUM || request.deadline - Date.now() < 2 * patience_ms;
      const decided = isLast
        ? await worstOf(copies)
        : await Promise.race([firstDecided(copies), quietFor(patience_ms)]);
      if (decided) {
        asked.is_over = true;
        leaveOthers(copies, decided);
        return decided;
      }
      patience_ms *= 4;
    }
  }

  /** What waits is answered `unavailable`. */
  close(): void {
    this.#requester.close();
  }

  /** One copy of the request, brought to whoever is there. */
  async #bring(asked: Asked): Promise<SettlementAnswer> {
    const { subject, text, deadline } = asked;
    const backoff = new Backoff(20, 400);
    for (;;) {
      try {
        const timeout_ms = Math.max(1, deadline - Date.now()) + GRACE_MS;
        const reply = await this.#requester.requestParts(subject, text, { timeout_ms });
        if (reply.message.data.length > 0) return await answerOf(reply);
        return { kind: 'problem', code: 'internal_error' };
      } catch (error) {
        if (!(error instanceof RequestFailed)) {
          this.#logger?.error(
            { err: error, subject },
            'A request to settlement cannot be sent or its answer not be read',
          );
          return { kind: 'problem', code: 'internal_error' };
        }
        if (error.reason !== 'nobody') return UNKNOWN;
      }
      const pause_ms = backoff.next();
      if (Date.now() + pause_ms >= deadline) return NOBODY;
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      if (asked.is_over) return NOBODY;
    }
  }
}

/** The answer, with the rest of it as its stream; JSON that was too large for one message is put together here. */
async function answerOf({ message, rest }: Reply): Promise<SettlementAnswer> {
  const answer = message.json<SettlementAnswer>();
  if (rest === undefined || answer.kind !== 'done') return answer;
  const { if_broken, ...done } = answer;
  rest.ifBroken = if_broken;
  if (done.content_type !== undefined) return { ...done, stream: rest };
  try {
    for await (const text of rest) done.body += text;
    return done;
  } catch {
    return UNKNOWN;
  }
}

/** What comes of the other copies is not wanted, and may be a stream. */
function leaveOthers(copies: readonly Promise<SettlementAnswer>[], wanted: SettlementAnswer): void {
  for (const copy of copies)
    void copy.then(async (answer) => {
      if (answer === wanted || answer.kind !== 'done') return;
      await answer.stream?.[Symbol.asyncIterator]().return?.();
    });
}

/** The first answer that decides, or, where none does, the one that says least: any copy may have taken effect. */
async function worstOf(copies: readonly Promise<SettlementAnswer>[]): Promise<SettlementAnswer> {
  const decided = await firstDecided(copies);
  if (decided) return decided;
  const answers = await Promise.all(copies);
  return answers.find(isUnknown) ?? answers[0]!;
}

/** Undefined where every copy came back undecided. */
function firstDecided(copies: readonly Promise<SettlementAnswer>[]): Promise<SettlementAnswer | undefined> {
  return new Promise((resolve) => {
    const answered = copies.map(async (copy) => {
      const answer = await copy;
      if (!isUndecided(answer)) resolve(answer);
    });
    void Promise.all(answered).then(() => resolve(undefined));
  });
}

/** While others wait for a copy that is silent, nothing else is kept waiting: the timer ends with the process. */
function quietFor(patience_ms: number): Promise<undefined> {
  return new Promise((resolve) => void setTimeout(() => resolve(undefined), patience_ms).unref());
}

function isUnknown(answer: SettlementAnswer): boolean {
  if (answer.kind === 'unavailable') return answer.code === 'outcome_unknown';
  return answer.kind === 'done' && answer.is_unknown === true;
}
