import type { Logger } from '#observability';
import { declaredResource, discoverableResource, type FacilitatorRequest } from '#x402';
import type { Catalogue, Owners } from '../ports.js';
import type { Settled } from '../x402/settled.js';
import { takesForeignPayments } from './takes-foreign-payments.js';

export interface CataloguerParts {
  owners: Owners;
  catalogue: Pick<Catalogue, 'keep' | 'sweep'>;
  logger: Pick<Logger, 'warn'>;
  now?: () => number;
}

/** A hot resource is written once a minute; so is one whose declaration is none looked at. */
const AGAIN_AFTER_MS = 60_000;
const REMEMBERED_MAXIMUM = 5_000;
/** What waits above this is dropped: the resource's next settlement catalogues it. */
const WAITING_MAXIMUM = 256;
const AT_A_TIME = 2;
const OWNER_MS = 2_000;

/**
 * Catalogues resources whose payments have settled, behind the answer: nothing here can fail or delay a settlement, and what is lost
 * with the process, or while the database is away, comes back when the resource is paid for again.
 */
export class Cataloguer {
  /** When a resource was last taken up here, by org and name; the oldest first. */
  readonly #lately = new Map<string, number>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #at_work = 0;
  #swept_at = 0;

  constructor(private readonly parts: CataloguerParts) {}

  /** Hears that a request was settled, by this event. Returns at once, and never throws. */
  note(asked: FacilitatorRequest, event: Settled): void {
    try {
      const isPaid =
        event.type === 'payment.transferred' || (event.type === 'payment.captured' && event.captured !== '0');
      const declared = isPaid ? declaredResource(asked) : undefined;
      if (!declared || this.#waiting.length >= WAITING_MAXIMUM) return;
      const org = 'payee_org' in event.payee ? event.payee.payee_org : event.org;
      if (!this.#isDue(`${org} ${declared.name}`)) return;
      this.#waiting.push(() => this.#catalogue(asked, event, org));
      setImmediate(() => void this.#work());
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'A paid resource could not be looked at for the catalogue');
    }
  }

  #isDue(name: string): boolean {
    const now = this.#now();
    const last = this.#lately.get(name);
    if (last !== undefined && now - last < AGAIN_AFTER_MS) return false;
    this.#lately.delete(name);
    const [oldest] = this.#lately.keys();
    if (this.#lately.size >= REMEMBERED_MAXIMUM && oldest !== undefined) this.#lately.delete(oldest);
    this.#lately.set(name, now);
    return true;
  }

  async #work(): Promise<void> {
    if (this.#at_work >= AT_A_TIME) return;
    this.#at_work += 1;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await next().catch((error: unknown) =>
        this.parts.logger.warn({ err: error }, 'A paid resource could not be catalogued; its next settlement does it'),
      );
    }
    this.#at_work -= 1;
  }

  async #catalogue(asked: FacilitatorRequest, event: Settled, org: string): Promise<void> {
    const resource = discoverableResource(asked, event.amount);
    if (!resource) return;
    const { owners, catalogue } = this.parts;
    const takes_foreign_payments = (await takesForeignPayments(owners, org, Date.now() + OWNER_MS)) === true;
    await catalogue.keep({ ...resource, org, takes_foreign_payments, settled_at: event.time });
    if (this.#now() - this.#swept_at < AGAIN_AFTER_MS) return;
    this.#swept_at = this.#now();
    await catalogue.sweep();
  }

  #now(): number {
    return (this.parts.now ?? Date.now)();
  }
}
