import { UnavailableError } from '../errors.js';
import type { IntentMessage } from './intent-message.js';

export interface PendingIntent {
  message: IntentMessage;
  idempotency_key: string;
  sent_at: number;
  /** After so long without an answer it is sent again; doubles with every repetition. */
  patience_ms: number;
  gives_up_at: number;
  /** An answer is believed to be of the shape that was asked for. */
  resolve(answer: never): void;
  reject(error: Error): void;
  /** Takes the listener from the caller's signal. */
  unlisten?(): void;
}

const LONGEST_PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** While other answers come, ours is probably in the queue: a repetition would only make that longer. */
const PATIENCE_WHILE_OTHERS_ARE_ANSWERED = 3;

/**
 * Intents that wait for their answer, by the last part of their reply subject. One timer looks after all of them: a timer
 * each costs more than the rest of an intent.
 */
export class PendingIntents {
  readonly #pending = new Map<string, PendingIntent>();
  #timer: NodeJS.Timeout | undefined;
  #heard_at = 0;

  constructor(private readonly send: (message: IntentMessage) => void) {}

  get size(): number {
    return this.#pending.size;
  }

  add(id: string, intent: PendingIntent): void {
    this.#pending.set(id, intent);
    this.#timer ??= setInterval(() => this.#look(Date.now()), LOOK_EVERY_MS);
  }

  /** A second answer to the same intent, after a repetition, is the same answer: nobody waits for it any more. */
  answer(id: string, answer: unknown): void {
    this.#heard_at = Date.now();
    const intent = this.#pending.get(id);
    if (!intent) return;
    this.#forget(id);
    intent.resolve(answer as never);
  }

  /** The caller waits no longer than its signal lets it. */
  endBy(signal: AbortSignal, id: string): void {
    const intent = this.#pending.get(id);
    if (!intent) return;
    const stop = (): void => {
      this.#forget(id);
      intent.reject(signal.reason as Error);
    };
    intent.unlisten = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
  }

  /** The connection is back: what was under way may be lost, so nothing waits for its patience to end. */
  repeatAll(): void {
    for (const [id, intent] of [...this.#pending]) this.#repeat(id, intent);
  }

  /** The server lets nothing be published there: no repetition will help. */
  refuse(subject: string, refusal: (idempotencyKey: string) => Error): void {
    for (const [id, intent] of [...this.#pending]) {
      if (intent.message.subject !== subject) continue;
      this.#forget(id);
      intent.reject(refusal(intent.idempotency_key));
    }
  }

  failAll(why: string): void {
    for (const [id, intent] of [...this.#pending]) {
      this.#forget(id);
      intent.reject(new UnavailableError(why, intent.idempotency_key));
    }
  }

  #look(now: number): void {
    for (const [id, intent] of this.#pending) {
      if (now >= intent.gives_up_at) {
        this.#forget(id);
        intent.reject(new UnavailableError('The intent has no answer within its deadline', intent.idempotency_key));
      } else if (now - intent.sent_at >= this.#patience(intent, now)) {
        intent.patience_ms = Math.min(LONGEST_PATIENCE_MS, intent.patience_ms * 2);
        intent.sent_at = now;
        this.#repeat(id, intent);
      }
    }
  }

  #patience({ patience_ms }: PendingIntent, now: number): number {
    return now - this.#heard_at < patience_ms ? patience_ms * PATIENCE_WHILE_OTHERS_ARE_ANSWERED : patience_ms;
  }

  #repeat(id: string, intent: PendingIntent): void {
    try {
      this.send(intent.message);
    } catch (error) {
      this.#forget(id);
      intent.reject(new UnavailableError((error as Error).message, intent.idempotency_key));
    }
  }

  #forget(id: string): void {
    this.#pending.get(id)?.unlisten?.();
    this.#pending.delete(id);
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
