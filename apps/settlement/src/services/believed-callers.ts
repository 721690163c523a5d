import type { SettlementCaller } from '#contracts';
import { Remembered } from '../remembered.js';

const MAXIMUM = 10_000;

/**
 * Callers for whose last call here the book has held. Their next one is claimed beside its hold instead of after it; what is believed
 * in vain costs a row that is dropped. Known by their whole proof, so that nobody else gains by it; the oldest are forgotten first.
 */
export class BelievedCallers {
  readonly #believed: Remembered<true>;

  constructor(maximum = MAXIMUM) {
    this.#believed = new Remembered(maximum);
  }

  has(caller: SettlementCaller): boolean {
    return this.#believed.find(nameOf(caller)) === true;
  }

  believe(caller: SettlementCaller): void {
    if (!this.has(caller)) this.#believed.keep(nameOf(caller), true);
  }

  forget(caller: SettlementCaller): void {
    this.#believed.take(nameOf(caller));
  }
}

function nameOf({ org, credential, session_id }: SettlementCaller): string {
  const proof = 'proof' in credential ? credential.proof : '';
  const session = 'session' in credential ? credential.session?.proof : session_id;
  return `${org} ${credential.subject} ${proof} ${session ?? ''}`;
}
