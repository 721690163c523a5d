import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#contracts';
import type { PaymentFlow } from '#x402';
import { paymentRefused, settlementFailed, settlementHeader, type Refusal } from './answers.js';
import type { Facilitator, Settled } from './facilitator.js';
import type { Offers } from './offers.js';
import type { PresentedPayment } from './read-payment.js';

type Step = 'authorize' | 'capture' | 'void';

/** What to add to the handler's own answer, or what to answer instead. */
export type Finished = { ok: true; headers: Record<string, string> } | { ok: false; refusal: Refusal };

/** One payment on its way through one request: before the handler, then after it, by the route's flow. */
export class Redemption {
  /** One key per step and request: a lost answer is read again with it; a copy of the payment comes with another one. */
  readonly #key = randomUUID();
  #before: Settled | undefined;

  constructor(
    private readonly facilitator: Facilitator,
    private readonly flow: PaymentFlow,
    private readonly offers: Offers,
    private readonly payment: PresentedPayment,
  ) {}

  /** Undefined where the handler may run. */
  async begin(): Promise<Refusal | undefined> {
    if (this.flow === 'authorization') {
      const verified = await this.facilitator.verify(this.payment.body);
      return verified.ok ? undefined : paymentRefused(this.offers, this.payment.wire, verified.reason);
    }
    const settled = await this.#settle(this.flow === 'escrow' ? 'authorize' : 'capture');
    if (!settled.success) return settlementFailed(this.offers, this.payment.wire, settled.answer);
    this.#before = settled;
    return undefined;
  }

  /** After a handler that succeeded. `amount`: what is charged, in atomic units. */
  async finish(amount: string): Promise<Finished> {
    if (this.flow === 'upfront') return { ok: true, headers: this.#headers(this.#before) };
    const settled = await this.#settle('capture', amount);
    if (settled.success) return { ok: true, headers: this.#headers(settled) };
    return { ok: false, refusal: settlementFailed(this.offers, this.payment.wire, settled.answer) };
  }

  /** After a handler that failed: what is held is given back. What `upfront` took stays taken. */
  async release(): Promise<Record<string, string>> {
    const headers = await this.#release();
    // A receipt stands on no answer that failed.
    return this.payment.wire === 'mpp' ? {} : headers;
  }

  async #release(): Promise<Record<string, string>> {
    if (this.flow === 'upfront') return this.#headers(this.#before);
    if (this.flow === 'escrow') return this.#headers(await this.#settle('void'));
    // A settlement of 0 ends the hold; whoever is paid says it, in the requirements. A wallet's signature has held nothing yet.
    if (this.#holds()) await this.#settle('capture', '0');
    return {};
  }

  #holds(): boolean {
    const { network } = this.payment.body['paymentRequirements'] as JsonObject;
    return (network as string).startsWith('ledger:');
  }

  #settle(step: Step, amount?: string): Promise<Settled> {
    const { body } = this.payment;
    const { paymentPayload, paymentRequirements, x402Version } = body as Record<string, JsonObject>;
    const asked = { ...paymentPayload, payload: { ...(paymentPayload!['payload'] as JsonObject), type: step } };
    const named = 'maxAmountRequired' in paymentRequirements! ? 'maxAmountRequired' : 'amount';
    const requirements = amount === undefined ? paymentRequirements : { ...paymentRequirements, [named]: amount };
    const call = { x402Version, paymentPayload: asked, paymentRequirements: requirements };
    return this.facilitator.settle(call, `${this.#key}.${step}`);
  }

  #headers(settled: Settled | undefined): Record<string, string> {
    return settled ? settlementHeader(this.payment.wire, settled.answer) : {};
  }
}
