import {
  HEADERS,
  encodeOwnerRequest,
  partitionOf,
  renderPaymentAnswer,
  subjects,
  type OwnerAnswer,
  type OwnerResponse,
} from '#contracts';
import type { Command, Query } from '#domain';
import { canonicalText } from '#event-log';
import { readIntent } from '../../apps/authorization/src/intents/read-intent.js';
import type { Surroundings } from './owner-process.js';

/** What one caller wants, and asks for until it has an answer. */
export type Wish =
  | { kind: 'command' | 'query'; request: Command | Query }
  /** A payment as JSON text: over the bus, or as the same command by request and reply. */
  | { kind: 'payment'; text: string; agent: string };

export interface AnswerGot {
  text: string;
  /** It stands in the log. */
  recorded: { position: string } | undefined;
  refusal: string | undefined;
  sent_at: number;
  got_at: number;
  answer: OwnerAnswer | undefined;
}

const TIMEOUT_MS = 2_500;
const ADMIN_PROOF = 'admin proof';

/**
 * One caller with one wish and one key: sends it by any of the ways, again after a silence or a 503, and now and then once
 * more when it has its answer. Keeps all answers.
 */
export class Operation {
  readonly answers: AnswerGot[] = [];
  readonly #partition: number;
  /** The payment as the gateway reads it, but for its fresh id. */
  #payment: Command | undefined;
  #attempts = 0;
  #cached_epoch: number | undefined;
  #waits = false;
  #stopWaiting: () => void = () => undefined;

  constructor(
    readonly name: string,
    readonly org: string,
    readonly key: string | undefined,
    readonly wish: Wish,
    private readonly admin: string,
    private readonly surroundings: Surroundings,
    private readonly settled: (operation: Operation) => void,
  ) {
    this.#partition = partitionOf(org);
  }

  get done(): boolean {
    return this.answers.length > 0;
  }

  get fingerprint(): string | undefined {
    if (this.wish.kind === 'payment') return this.#paymentCommand('0'.repeat(32)).fingerprint;
    return this.wish.request.fingerprint;
  }

  /** Sends once, and again until there is an answer. */
  send(): void {
    if (this.#waits) return;
    this.#attempt();
  }

  /** An answer to an intent. */
  receive(text: string, sent_at: number): void {
    const { idempotency_key, ...rest } = JSON.parse(text) as Record<string, unknown> & { position?: string };
    if (idempotency_key !== this.key) return;
    const decline = rest['decline'] as { code?: string } | undefined;
    this.#got({
      text: JSON.stringify(rest),
      recorded: typeof rest.position === 'string' ? { position: rest.position } : undefined,
      refusal: rest.position === undefined ? (decline?.code ?? 'refused') : undefined,
      sent_at,
      got_at: this.surroundings.world.now,
      answer: undefined,
    });
  }

  #attempt(): void {
    const { world } = this.surroundings;
    const attempt = ++this.#attempts;
    this.#waits = true;
    const overBus = this.wish.kind === 'payment' && world.random.chance(0.5);
    if (overBus) this.#publish();
    else this.#ask();
    this.#stopWaiting = world.after(TIMEOUT_MS * (0.8 + world.random.next()), `${this.name} has waited`, () =>
      this.#again(attempt),
    );
  }

  #again(attempt: number): void {
    if (attempt !== this.#attempts || !this.#waits) return;
    this.#attempt();
  }

  #publish(): void {
    const { intents, world } = this.surroundings;
    const wish = this.wish as Extract<Wish, { kind: 'payment' }>;
    const headers = new Map([
      [HEADERS.reply_to, `${subjects.answersOf(this.org, this.admin)}.${this.name}.${Math.floor(world.now)}`],
    ]);
    intents.publish(this.#partition, this.#intentSubject(), wish.text, headers);
  }

  #intentSubject(): string {
    const wish = this.wish as Extract<Wish, { kind: 'payment' }>;
    return subjects.intent(this.org, wish.agent, this.admin).replace('intents.', `intents.${this.#partition}.`);
  }

  #paymentCommand(fresh_id: string): Command {
    const wish = this.wish as Extract<Wish, { kind: 'payment' }>;
    if (this.#payment) return { ...this.#payment, fresh_id };
    const read = readIntent({ subject: this.#intentSubject(), text: wish.text, fresh_id });
    if (!read.ok) throw new Error(`the intent of ${this.name} cannot be read: ${JSON.stringify(read.problems)}`);
    return (this.#payment = { ...read.command, credential: { subject: this.admin, proof: ADMIN_PROOF } });
  }

  #ask(): void {
    const { calls, world, freshId } = this.surroundings;
    const resolved = calls.resolve(this.#partition);
    if (this.#cached_epoch === undefined || world.random.chance(0.7)) this.#cached_epoch = resolved;
    if (this.#cached_epoch === undefined) return;
    const request =
      this.wish.kind === 'payment' ? this.#paymentCommand(freshId()) : { ...this.wish.request, fresh_id: freshId() };
    // That a key is fresh is said once, and the bus repeats no such message; here what comes twice comes without that word.
    const again = encodeOwnerRequest({ commands: [{ ...request, fresh_key: undefined }] });
    const text = this.#attempts === 1 ? encodeOwnerRequest({ commands: [request] }) : again;
    const sent_at = world.now;
    calls.ask(this.#partition, this.#cached_epoch, { text, again }, (response) => this.#called(response, sent_at));
  }

  #called(response: string, sent_at: number): void {
    const answer = (JSON.parse(response) as OwnerResponse).answers[0]!;
    const { world } = this.surroundings;
    if (answer.kind === 'unavailable') {
      if (!this.#waits) return;
      const attempt = this.#attempts;
      this.#cached_epoch = undefined;
      world.after(world.random.between(20, 400), `${this.name} tries again`, () => this.#again(attempt));
      return;
    }
    const recorded = answer.kind === 'recorded' ? answer : answer.kind === 'refused' ? answer.recorded : undefined;
    this.#got({
      text: recorded ? this.#text(recorded, answer) : JSON.stringify(answer),
      recorded: recorded && { position: recorded.position },
      refusal: answer.kind === 'refused' && !recorded ? answer.refusal.code : undefined,
      sent_at,
      got_at: world.now,
      answer,
    });
  }

  /** What the caller of HTTP would get: the same text as over the bus. */
  #text(recorded: Extract<OwnerAnswer, { kind: 'recorded' }> | object, answer: OwnerAnswer): string {
    const { event, position } = recorded as Extract<OwnerAnswer, { kind: 'recorded' }>;
    if (this.wish.kind === 'payment') return JSON.stringify(renderPaymentAnswer(event, position));
    // Over HTTP these are rendered field by field; here the order of fields is made to mean nothing.
    return canonicalText([event, position, answer.kind === 'refused' ? answer.refusal : null]);
  }

  #got(answer: AnswerGot): void {
    this.answers.push(answer);
    if (!this.#waits) return;
    this.#waits = false;
    this.#stopWaiting();
    this.surroundings.world.note(
      `${this.name} has its answer: ${answer.refusal ?? answer.recorded?.position ?? 'a view'}`,
    );
    this.settled(this);
  }
}
