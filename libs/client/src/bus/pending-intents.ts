import { UnavailableError } from '../errors.js';
import type { IntentAnswer } from '../answers.js';
import type { IntentMessage } from './intent-message.js';

export interface PendingIntent {
  message: IntentMessage;
  idempotency_key: string;
  /** When it is sent again if no answer came. */
  again_at: number;
  /** Doubles with every repetition. */
  patience_ms: number;
  gives_up_at: number;
  resolve(answer: IntentAnswer): void;
  reject(error: Error): void;
}

const LONGEST_PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 100;

/**
 * Intents that wait for their answer, by the last part of their reply subject. One timer looks after all of them: a timer
 * each costs more than the rest of an intent.
 */
export class PendingIntents {
  readonly #pending = new Map<string, PendingIntent>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (message: IntentMessage) => void) {}

  get size(): number {
    return this.#pending.size;
  }

  add(id: string, intent: PendingIntent): void {
    this.#pending.set(id, intent);
    this.#timer ??= setInterval(() => this.#look(Date.now()), LOOK_EVERY_MS);
  }

  /** A second answer to the same intent, after a repetition, is the same answer: nobody waits for it any more. */
  answer(id: string, answer: IntentAnswer): void {
    const intent = this.#pending.get(id);
    if (!intent) return;
    this.#forget(id);
    intent.resolve(answer);
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
      } else if (now >= intent.again_at) {
        intent.patience_ms = Math.min(LONGEST_PATIENCE_MS, intent.patience_ms * 2);
        intent.again_at = now + intent.patience_ms;
        this.#repeat(id, intent);
      }
    }
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
    this.#pending.delete(id);
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
