import { isJsonObject, readJson, type JsonObject } from '#contracts';
import type { ServiceDefinition } from './definition.js';
import { MILLION } from './exact-decimal.js';
import { EventLines } from './event-lines.js';
import { valueAt } from './path.js';
import { atMostOf, priceBy, priceOfAnswer, rowOf, unitsOfPrice, type CountTerm } from './price.js';
import type { PriceTerm } from './price-schema.js';
import type { QuotedCall } from './quote.js';
import { StreamAnswer } from './stream-answer.js';
import type { AnswerFault } from './answer-fault.js';

/** Text of so many bytes a unit passes the bound that the upstream was given, whatever its tokenizer: ordinary text has three to five. */
const BYTES_PER_UNIT_AT_MOST = 32;

export type StreamEnd =
  /**
   * `reported`: by the upstream's own usage. `bounded`: it never said, and no more than this was used. `body` is what the stream said, as the
   * same call without `stream` would have answered.
   */
  { ok: true; measured: 'reported' | 'bounded'; units: bigint; body: JsonObject } | { ok: false; fault: AnswerFault };

/**
 * What a streamed chat has used so far. There is no tokenizer here: until the upstream's own `usage` comes, which then holds, every byte of text
 * in UTF-8 counts as one token and every event that holds a choice as at least one. A token is at least one byte, so this is never
 * too low. Where the upstream keeps to the bound it was told (`stream.keeps_at_most`) it is never above that bound either.
 */
export class StreamMeter {
  readonly #lines = new EventLines();
  readonly #answer = new StreamAnswer();
  /** The last event that told usage, until more text comes without any. */
  #usage: JsonObject | undefined;
  #bytes = 0n;
  #is_done = false;
  #has_begun = false;

  /** `hold`: what may be spent; the estimate, if not said. */
  constructor(
    readonly definition: ServiceDefinition,
    readonly call: QuotedCall,
    readonly hold: bigint = call.estimate,
  ) {}

  /** Takes the next bytes of the stream, split anywhere. */
  take(chunk: Uint8Array): void {
    for (const data of this.#lines.take(chunk)) this.#event(data);
  }

  /** The stream said that it is over (`[DONE]`). */
  get is_done(): boolean {
    return this.#is_done;
  }

  /** The upper bound of what has been used so far, in the smallest units of USD. */
  get used(): bigint {
    const reported = this.#reported();
    if (reported && 'units' in reported) return reported.units;
    const bounded = this.#bounded(this.definition.stream?.keeps_at_most === true);
    return 'units' in bounded ? bounded.units : this.hold;
  }

  /** Going on could pass the hold: the call has to be ended now. */
  get is_over(): boolean {
    if (this.used > this.hold) return true;
    if (this.#reported() !== undefined) return false;
    const streamed = this.#terms().filter((term) => term.streamed);
    if (this.definition.stream?.keeps_at_most !== true) return streamed.length > 0 && this.used >= this.hold;
    return streamed.some((term) => {
      const most = atMostOf(term, this.call.payload);
      return 'message' in most || this.#bytes * MILLION > most.millionths * BigInt(BYTES_PER_UNIT_AT_MOST);
    });
  }

  /**
   * What the stream cost, once it has ended, by itself or because it was cut off. A fault `price_unknown` is a usage that cannot be read: as
   * with other answers it was spent, unknown how much.
   */
  end(): StreamEnd {
    for (const data of this.#lines.end()) this.#event(data);
    const reported = this.#reported();
    const { body } = this.#answer;
    if (reported && 'units' in reported) return { ok: true, measured: 'reported', units: reported.units, body };
    if (reported) return { ok: false, fault: { kind: 'price_unknown', message: reported.message, body } };
    if (!this.#has_begun) {
      return { ok: false, fault: { kind: 'unexpected_answer', message: 'the stream held no event of a chat' } };
    }
    return { ok: true, measured: 'bounded', units: this.used, body };
  }

  #event(data: string): void {
    if (data.trim() === '[DONE]') {
      this.#is_done = true;
      return;
    }
    const json = readJson(data);
    const event = json.ok || json.code === 'body_invalid' ? json.value : undefined;
    if (!isJsonObject(event)) {
      // Nobody knows what it was, so all of it counts.
      this.#count(Buffer.byteLength(data));
      return;
    }
    this.#has_begun = true;
    this.#answer.add(event);
    const choices = Array.isArray(event['choices']) ? event['choices'] : [];
    const bytes = choices.reduce((sum: number, choice: unknown) => sum + textBytes(choice), 0);
    this.#count(bytes);
    if (bytes === 0) this.#bytes += BigInt(choices.length);
    if (this.#usagePaths().some((path) => isTold(path, event))) this.#usage = event;
  }

  /** Text that comes after a usage is not in it. */
  #count(bytes: number): void {
    this.#bytes += BigInt(bytes);
    if (bytes > 0) this.#usage = undefined;
  }

  /** What the upstream's own usage costs; undefined until it has come. */
  #reported() {
    if (this.#usage === undefined) return undefined;
    return priceOfAnswer(this.definition.price, this.call.payload, { body: this.#usage, headers: {} });
  }

  #bounded(keepsAtMost: boolean) {
    const count: CountTerm = (term) => {
      const most = atMostOf(term, this.call.payload);
      if (!term.streamed) return most;
      const millionths = this.#bytes * MILLION;
      return keepsAtMost && 'millionths' in most && most.millionths < millionths ? most : { millionths };
    };
    return priceBy(this.definition.price, this.call.payload, count, ({ at_most }) => ({
      units: unitsOfPrice(at_most),
    }));
  }

  /** Where the upstream tells what was used. */
  #usagePaths(): string[] {
    const price = rowOf(this.definition.price, this.call.payload);
    if (price?.kind === 'reported') return [price.path];
    return this.#terms().flatMap(({ unit }) => (unit.of === 'answer' ? [unit.path] : []));
  }

  #terms(): PriceTerm[] {
    const price = rowOf(this.definition.price, this.call.payload);
    return price?.kind === 'per_unit' ? price.terms : [];
  }
}

/** `null` is how an event says that there is no usage yet. */
function isTold(path: string, event: JsonObject): boolean {
  return (valueAt(path, { body: event, headers: {} }) ?? null) !== null;
}

/** All text of a choice: content, refusals, the arguments of tools. Names of fields and why it ended are no text. */
function textBytes(node: unknown): number {
  if (typeof node === 'string') return Buffer.byteLength(node);
  if (Array.isArray(node)) return node.reduce((sum: number, one: unknown) => sum + textBytes(one), 0);
  if (!isJsonObject(node)) return 0;
  return Object.entries(node).reduce((sum, [name, one]) => sum + (name === 'finish_reason' ? 0 : textBytes(one)), 0);
}
