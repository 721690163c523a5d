import { KeptAnswers } from './calls/kept-answers.js';
import { RecordedCalls } from './calls/recorded-calls.js';
import { Seed } from './content/seed.js';
import type { Answer, Asked } from './exchange.js';
import type { Provider } from './provider.js';
import { problemOfForm } from './read-asked.js';
import { Figures } from './triggers/figures.js';
import { readTriggers, type Triggers } from './triggers/read-triggers.js';
import { Troubles, type Trouble } from './triggers/trouble.js';

/** An answer, and how it is to arrive. */
export interface Reply {
  readonly answer: Answer;
  readonly trouble: Trouble;
  /** Between two server-sent events. */
  readonly chunk_ms: number;
  /** Answered by its idempotency key, and not done again. */
  readonly repeated: boolean;
}

/** All that the sandbox remembers between calls, and how it answers one. */
export class Upstream {
  readonly calls = new RecordedCalls();
  readonly #kept = new KeptAnswers();
  readonly #troubles = new Troubles();

  reply(provider: Provider, asked: Asked): Reply {
    const refused = (answer: Answer): Reply => ({ answer, trouble: {}, chunk_ms: 0, repeated: false });
    if (asked.method !== provider.method) {
      return refused(provider.failure(405, `Only ${provider.method} is allowed here.`));
    }
    const form = problemOfForm(asked, provider);
    if (form) return refused(provider.failure(form.status, form.message));
    const refusal = provider.refusalOf(asked);
    if (refusal) return refused(refusal);
    const text = provider.textOf(asked);
    const { triggers, problems } = readTriggers(text);
    if (problems.length > 0) return refused(provider.failure(400, problems.join('; ')));

    const trouble = this.#troubles.next(`${provider.name}\n${text}`, triggers);
    const chunk_ms = triggers.chunk_ms ?? 0;
    if (trouble.status !== undefined) {
      const failure = provider.failure(trouble.status, 'The sandbox was asked to fail.');
      return { answer: withRetryAfter(failure, trouble.retry_after), trouble, chunk_ms, repeated: false };
    }
    const { answer, repeated } = this.#done(provider, asked, triggers);
    return { answer, trouble, chunk_ms, repeated };
  }

  forget(): void {
    this.calls.forget();
    this.#kept.forget();
    this.#troubles.forget();
  }

  /** Done, or done before under the same key. An answer that is then lost on its way was done all the same. */
  #done(provider: Provider, asked: Asked, triggers: Triggers): Pick<Reply, 'answer' | 'repeated'> {
    const request = `${provider.name}\n${asked.path}\n${asked.search}\n${asked.bodyText}`;
    const key = provider.idempotency && asked.headers[provider.idempotency.header];
    if (provider.idempotency && typeof key === 'string') {
      const kept = this.#kept.find(`${provider.name}\n${key}`, request);
      if (kept === 'conflict') return { answer: provider.idempotency.conflict, repeated: false };
      if (kept) return { answer: kept, repeated: true };
    }
    const making = { seed: new Seed(request), figures: new Figures(triggers), words: triggers.words };
    const answer = provider.answer(asked, making);
    if (typeof key === 'string') this.#kept.keep(`${provider.name}\n${key}`, request, answer);
    return { answer, repeated: false };
  }
}

function withRetryAfter(answer: Answer, seconds: number | undefined): Answer {
  return seconds === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}
