import type { BookEvent } from '#domain';
import { check } from './check.js';

/** Money that an agent of the book has asked for. */
interface PlainRequest {
  payee: string;
  /** An agent of the book, or how one of another org was named. */
  payer: string;
  payer_org: string | undefined;
  amount: bigint;
  expires_at: number;
  status: 'open' | 'paid' | 'cancelled' | 'declined';
  payment: string | undefined;
}

/** What the checks ask of the book around them. */
interface Surrounding {
  readonly org: string;
  readonly payments: ReadonlyMap<string, { agent: string; captured: bigint; authorized_at: number; request?: string }>;
  readonly incoming: {
    readonly credits: ReadonlyMap<string, { source_org: string; payee: string | undefined; credited: bigint }>;
  };
}

/** What one org's agents have asked for, and what its agents were asked for elsewhere and have paid; told without the domain. */
export class PlainRequests {
  readonly requests = new Map<string, PlainRequest>();
  /** The payments that pay requests of other orgs and have not come back. */
  readonly sent = new Map<string, string>();

  constructor(private readonly book: Surrounding) {}

  add(event: BookEvent): void {
    switch (event.type) {
      case 'request.opened': {
        check(!this.requests.has(event.request_id), 'C1: is opened twice');
        const { payee, payer } = event;
        check(BigInt(event.amount) > 0n, 'asks for nothing');
        return void this.requests.set(event.request_id, {
          payee: payee.agent_id,
          payer: 'agent_id' in payer ? payer.agent_id : payer.handle,
          payer_org: 'payer_org' in payer ? payer.payer_org : undefined,
          amount: BigInt(event.amount),
          expires_at: event.expires_at ?? Infinity,
          status: 'open',
          payment: undefined,
        });
      }
      case 'request.paid':
        return this.#paid(event.request_id, event.payment);
      case 'request.cancelled':
      case 'request.declined': {
        const request = this.#open(event.request_id);
        check(event.time < request.expires_at, 'E1: ends after its time');
        request.status = event.type === 'request.cancelled' ? 'cancelled' : 'declined';
        return;
      }
      case 'request.payment_sent': {
        check(!this.sent.has(event.request_id), 'C1: is paid twice');
        const payment = this.book.payments.get(event.payment);
        check(payment?.request === event.request_id && payment.captured > 0n, 'is paid by what does not name it');
        return void this.sent.set(event.request_id, event.payment);
      }
      case 'request.payment_reversed':
        check(this.sent.get(event.request_id) === event.payment, 'comes back and was not sent');
        return void this.sent.delete(event.request_id);
      default:
        return;
    }
  }

  /** A credit was refused for this: it has to be so. */
  checkRefused(code: string, id: string, payer: string): void {
    const request = code === 'payment_request_paid' ? this.#paidBy(id) : this.requests.get(id);
    if (code === 'payment_request_not_found')
      return check(!request?.payer_org || request.payer !== payer, 'B2: the request is there');
    check(request, 'refuses a credit for a request that is not there');
    if (code === 'payment_request_mismatch' || code === 'payment_request_expired') return;
    check(`payment_request_${request!.status}` === code, `B2: the request is ${request!.status}`);
  }

  #paid(id: string, payment: string): void {
    const request = this.#open(id);
    const { payer_org, payer, amount, payee } = request;
    if (payer_org === undefined) {
      const own = this.book.payments.get(payment);
      check(own?.request === id && own.agent === payer, 'F7: is paid by another than was asked');
      check(own!.captured === amount, `C5: ${own!.captured} is paid for ${amount}`);
      check(own!.authorized_at < request.expires_at, 'E1: is paid after its time');
    } else {
      const credit = this.book.incoming.credits.get(payment);
      check(credit?.source_org === payer_org && credit.payee === payee, 'F7: is paid by another than was asked');
      check(credit!.credited === amount, `C5: ${credit!.credited} is paid for ${amount}`);
    }
    request.status = 'paid';
    request.payment = payment;
  }

  #open(id: string): PlainRequest {
    const request = this.requests.get(id);
    if (request?.status !== 'open') throw new Error(`C1: ends ${request ? 'twice' : 'and was never opened'}`);
    return request;
  }

  #paidBy(payment: string): PlainRequest | undefined {
    return [...this.requests.values()].find((one) => one.payment === payment);
  }
}

/** At rest: who says that it has paid another org's request, and that org, say the same. */
export function checkRequests(
  books: ReadonlyMap<string, { org: string; requests: PlainRequests; payments: Surrounding['payments'] }>,
): void {
  for (const book of books.values()) {
    for (const [id, { payer_org, status, payment }] of book.requests.requests) {
      if (payer_org === undefined || status !== 'paid') continue;
      check(books.get(payer_org)?.requests.sent.get(id) === payment, `C1: ${id} of ${book.org} is paid by nobody`);
    }
    for (const [id, payment] of book.requests.sent) {
      const asked = [...books.values()].find(({ requests }) => requests.requests.has(id));
      const paid = asked?.requests.requests.get(id);
      check(paid?.payment === payment, `C1: ${payment} of ${book.org} has paid ${id}, which does not know it`);
    }
  }
}
