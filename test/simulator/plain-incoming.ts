import type { BookEvent } from '#domain';
import { check } from './check.js';

/** A payment of another org's, as this book has answered it. */
interface PlainCredit {
  source_org: string;
  payee: string | undefined;
  credited: bigint;
  refunded: bigint;
  refused: string | undefined;
}

/** What the checks ask of the book around them. */
interface Surrounding {
  readonly accounts: ReadonlyMap<string, bigint>;
  readonly agents: ReadonlyMap<string, { id: string; handle: string; status: string }>;
  readonly requests: { checkRefused(code: string, id: string, payer: string): void };
}

/** What one org's agents were paid by other orgs, and give back (D15); told without the domain. */
export class PlainIncoming {
  /** By the payment's id. */
  readonly credits = new Map<string, PlainCredit>();
  /** Refunds that are on their way: their amounts by their ids. */
  readonly returning = new Map<string, bigint>();
  #accepts = true;

  constructor(private readonly book: Surrounding) {}

  add(event: BookEvent): void {
    switch (event.type) {
      case 'organization.changed':
        this.#accepts = event.accept_foreign_payments ?? this.#accepts;
        return;
      case 'clearing.credited': {
        check(!this.credits.has(event.source.payment), 'C1: is answered twice');
        check(this.#accepts, 'takes a foreign payment, which the org does not');
        const payee = this.book.agents.get(event.payee.agent_id);
        check(payee && payee.status !== 'revoked', 'credits nobody');
        return this.#keep(event.source, { payee: payee!.id, credited: BigInt(event.amount) });
      }
      case 'clearing.refused': {
        check(!this.credits.has(event.source.payment), 'C1: is answered twice');
        const { code } = event.decline;
        check((code === 'foreign_payments_not_accepted') === !this.#accepts, `refuses for ${code}`);
        if (code.startsWith('payment_request_'))
          this.book.requests.checkRefused(code, event.decline.scope.id, event.source.handle);
        else if (this.#accepts) check(!this.#isThere(event.decline.scope.id), 'B2: the payee is there');
        return this.#keep(event.source, { refused: code });
      }
      case 'clearing.refunded': {
        const credit = this.#credit(event.payment_id);
        check(credit.payee === event.payee.agent_id, 'takes the money from another agent than was paid');
        credit.refunded += BigInt(event.refunded);
        check(BigInt(event.refunded) > 0n && credit.refunded <= credit.credited, 'gives back more than was credited');
        check(BigInt(event.refunded_total) === credit.refunded, 'has lost count of what was given back');
        check(event.by !== 'owner', 'is asked for by nobody');
        return void this.returning.set(event.refund_id, BigInt(event.refunded));
      }
      case 'clearing.refund_refused': {
        this.#credit(event.payment_id);
        const { scope, requested } = event.decline;
        return check((this.book.accounts.get(scope.id) ?? 0n) < BigInt(requested!), 'B2: the payee had enough');
      }
      case 'clearing.returned':
        check(this.returning.get(event.refund_id) === BigInt(event.amount), 'ends a refund that is not on its way');
        return void this.returning.delete(event.refund_id);
      default:
        return;
    }
  }

  #keep(source: { source_org: string; payment: string }, answer: Partial<PlainCredit>): void {
    const { source_org, payment } = source;
    this.credits.set(payment, {
      source_org,
      payee: undefined,
      credited: 0n,
      refunded: 0n,
      refused: undefined,
      ...answer,
    });
  }

  #credit(payment: string): PlainCredit {
    const credit = this.credits.get(payment);
    if (!credit || credit.credited === 0n) throw new Error('gives back what was never credited');
    return credit;
  }

  #isThere(idOrHandle: string): boolean {
    const agents = [...this.book.agents.values()];
    const agent = this.book.agents.get(idOrHandle) ?? agents.findLast(({ handle }) => handle === idOrHandle);
    return agent !== undefined && agent.status !== 'revoked';
  }
}
