import { paymentRefused, paymentRequired, privateCacheControl, unavailable, type Refusal } from './answers.js';
import { FacilitatorUnavailableError, type Facilitator } from './facilitator.js';
import { offersFor } from './offers.js';
import type { PayableOptions, PayableRequest, RouteOptions, RoutePrice } from './options.js';
import { Payment } from './payment.js';
import { challengeKey } from './payment-offer.js';
import { readPayment } from './read-payment.js';
import { Redemption, type Finished } from './redemption.js';
import { resourceUrl, routeTerms, type RouteTerms } from './route-terms.js';

/** A request that may be served; what is taken for it is settled afterwards. */
export interface Admitted {
  payment: Payment;
  /** The handler succeeded: takes the money. Its answer goes out only where that is `ok`. */
  finish(): Promise<Finished>;
  /** The handler failed: gives the hold back, and says what to add to its answer. */
  release(): Promise<Record<string, string>>;
}

export type Admission = { ok: true; admitted: Admitted } | { ok: false; refusal: Refusal };

/** A route that costs money, whatever framework serves it. */
export class PayableRoute {
  readonly #terms: RouteTerms;
  readonly #key: Buffer;
  /** Payments whose requests are being served: a copy of one is refused at once and runs no handler. */
  readonly #inFlight = new Set<string>();

  constructor(
    private readonly facilitator: Facilitator,
    options: PayableOptions,
    price: RoutePrice,
    private readonly route: RouteOptions,
  ) {
    this.#terms = routeTerms(options, price, route);
    this.#key = challengeKey(options.token);
  }

  /** Decides whether the handler may run. Never throws: what cannot be known is refused with 503. */
  async admit(request: PayableRequest): Promise<Admission> {
    return orUnavailable(
      () => this.#admit(request),
      (refusal) => ({ ok: false, refusal }),
    );
  }

  async #admit(request: PayableRequest): Promise<Admission> {
    const terms = this.#terms;
    const url = this.route.resource?.(request) ?? resourceUrl(request);
    const offers = offersFor(terms, await this.facilitator.supported(), url, this.#key);
    // Bursar settles nothing that this route can be paid by: the payer could not help it.
    if (offers.accepts.length === 0) return { ok: false, refusal: unavailable() };
    const read = readPayment(request, offers);
    if (read.kind === 'none') return { ok: false, refusal: paymentRequired(offers, 'Payment required') };
    if (read.kind === 'refused') return { ok: false, refusal: paymentRequired(offers, read.reason, read.problem) };
    const { header, wire } = read.payment;
    if (this.#inFlight.has(header)) return { ok: false, refusal: paymentRefused(offers, wire, 'duplicate_settlement') };
    this.#inFlight.add(header);
    const done = () => this.#inFlight.delete(header);
    const redemption = new Redemption(this.facilitator, terms.flow, offers, read.payment);
    try {
      const refusal = await redemption.begin();
      if (refusal) {
        done();
        return { ok: false, refusal };
      }
    } catch (error) {
      done();
      throw error;
    }
    return { ok: true, admitted: admittedBy(redemption, new Payment(terms.price, terms.scheme), done) };
  }
}

function admittedBy(redemption: Redemption, payment: Payment, done: () => void): Admitted {
  return {
    payment,
    finish: () =>
      orUnavailable<Finished>(
        () => redemption.finish(payment.charged).finally(done),
        (refusal) => ({ ok: false, refusal }),
      ),
    // The handler's own failure is what is told; a hold that could not be given back lapses.
    release: () =>
      orUnavailable(
        () => redemption.release().finally(done),
        () => ({}),
      ),
  };
}

async function orUnavailable<Value>(
  work: () => Promise<Value>,
  otherwise: (refusal: Refusal) => Value,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FacilitatorUnavailableError) return otherwise(unavailable());
    throw error;
  }
}

/** Headers of a paid answer, beside those of the handler. */
export function paidHeaders(added: Record<string, string>, cacheControl: unknown): Record<string, string> {
  if (Object.keys(added).length === 0) return added;
  return {
    ...added,
    'Cache-Control': privateCacheControl(typeof cacheControl === 'string' ? cacheControl : undefined),
  };
}
