import type { SettlementCaller } from '#contracts';

const MAXIMUM = 10_000;

/**
 * Callers for whose last call here the book has held. Their next one is claimed beside its hold instead of after it; what is believed
 * in vain costs a row that is dropped. Known by their whole proof, so that nobody else gains by it; the oldest are forgotten first.
 */
export class BelievedCallers {
  readonly #believed = new Set<string>();

  constructor(private readonly maximum = MAXIMUM) {}

  has(caller: SettlementCaller): boolean {
    return this.#believed.has(nameOf(caller));
  }

  believe(caller: SettlementCaller): void {
    const name = nameOf(caller);
    if (this.#believed.has(name)) return;
    const [oldest] = this.#believed;
    if (this.#believed.size >= this.maximum && oldest !== undefined) this.#believed.delete(oldest);
    this.#believed.add(name);
  }

  forget(caller: SettlementCaller): void {
    this.#believed.delete(nameOf(caller));
  }
}

function nameOf({ org, credential, session_id }: SettlementCaller): string {
  const proof = 'proof' in credential ? credential.proof : '';
  const session = 'session' in credential ? credential.session?.proof : session_id;
  return `${org} ${credential.subject} ${proof} ${session ?? ''}`;
}
