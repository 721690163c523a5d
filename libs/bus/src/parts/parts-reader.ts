import type { Msg } from '@nats-io/transport-node';
import { PARTS_UNTAKEN, readPart, SILENCE_MS, STOP } from './reply-in-parts.js';

const LOOK_EVERY_MS = 2_000;
/** After so long a silence the sender is asked whether it is there. */
const ASK_AFTER_MS = 1_000;

/** How a reader speaks to its sender. With `asks`, it is to be answered. */
type Say = (text: string, asks?: boolean) => void;

/** Where the texts do not come to their end. */
export interface IfBroken {
  /** After so long without a text they have. */
  after_ms: number;
  /** Said then, in place of the rest. */
  text: string;
}

/**
 * What follows on the head of a reply in parts. It ends when its sender says so; where a part is missing, or the sender is gone or has
 * been silent for too long, it is broken. Whoever reads has it once, and may stop at any time.
 */
export class PartsReader implements AsyncIterable<string> {
  readonly #waiting: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #state: 'open' | 'ended' | 'broken' | 'left' = 'open';
  #next = 1;
  /** Parts that the reader has been given, the head among them, and what of that was said. */
  #taken = 1;
  #said = 0;
  #heard_at = Date.now();
  #text_at = Date.now();
  #wake: () => void = () => undefined;
  #ifBroken: IfBroken | undefined;

  /** `onEnd`: no more is to be heard of it. */
  constructor(
    private readonly say: Say,
    private readonly onEnd: () => void,
  ) {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Without it a reader that is broken throws. */
  set ifBroken(ifBroken: IfBroken | undefined) {
    this.#ifBroken = ifBroken;
  }

  hear(message: Msg): void {
    const part = readPart(message);
    this.#heard_at = Date.now();
    if (part?.kind === 'alive') return;
    // Also what is none of it, such as the server's word that nobody is there.
    if (part === undefined || part.kind === 'gone' || part.number !== this.#next) return this.break();
    if (part.kind === 'end') return this.#end('ended');
    this.#next += 1;
    this.#text_at = this.#heard_at;
    this.#waiting.push(message.string());
    this.#wake();
  }

  /** The sender can not be heard any more. */
  break(): void {
    this.#end('broken');
  }

  /** No more is wanted. */
  leave(): void {
    if (this.#state === 'open') this.say(STOP);
    this.#waiting.length = 0;
    this.#ifBroken = undefined;
    this.#end('left');
    this.#state = 'left';
  }

  /** By hand: the `return` of a generator that nobody has begun to read does nothing. */
  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: () => this.#read(),
      return: () => {
        this.leave();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #read(): Promise<IteratorResult<string>> {
    while (this.#state === 'open' && this.#waiting.length === 0)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#waiting.length > 0) return { done: false, value: this.#take() };
    if (this.#state !== 'broken') return { done: true, value: undefined };
    if (this.#ifBroken === undefined) throw new Error('A reply in parts broke off');
    const { text } = this.#ifBroken;
    this.#state = 'ended';
    return { done: false, value: text };
  }

  #take(): string {
    const texts = this.#waiting.splice(0);
    this.#taken += texts.length;
    this.#text_at = Date.now();
    if (this.#state === 'open' && this.#taken - this.#said >= PARTS_UNTAKEN / 2) this.#tell();
    return texts.join('');
  }

  #tell(asks = false): void {
    this.#said = this.#taken;
    this.say(String(this.#taken), asks);
  }

  #look(): void {
    const now = Date.now();
    const isQuiet = this.#waiting.length === 0 && now - this.#text_at > (this.#ifBroken?.after_ms ?? Infinity);
    if (isQuiet || now - this.#heard_at > SILENCE_MS) {
      this.say(STOP);
      this.break();
    } else if (now - this.#heard_at >= ASK_AFTER_MS) this.#tell(true);
  }

  #end(state: 'ended' | 'broken' | 'left'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    clearInterval(this.#timer);
    this.onEnd();
    this.#wake();
  }
}
