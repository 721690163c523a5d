import { parseLedgerPrice, type LedgerPrice, type SdkPrice } from '#x402';

/** The payment of the request that is being served, for its handler. */
export class Payment {
  #charged: LedgerPrice | undefined;

  constructor(
    /** Under `upto` the most that may be charged. */
    readonly price: LedgerPrice,
    private readonly scheme: 'exact' | 'upto',
  ) {}

  /**
   * Says what the work really cost, under `upto`: at most the price. `{ amount: '0', asset: 'USD' }` charges nothing and gives the
   * hold back. Not said: the whole price.
   *
   * @throws Error where it is more than the price, or the price is fixed
   */
  charge(actual: SdkPrice): void {
    if (this.scheme === 'exact') throw new Error('The price of this route is fixed: make it with scheme upto');
    const charged = isNothing(actual) ? { amount: '0', asset: this.price.asset } : parseLedgerPrice(actual);
    if (charged.asset !== this.price.asset || BigInt(charged.amount) > BigInt(this.price.amount)) {
      throw new Error(`${JSON.stringify(actual)} is more than the payer agreed to`);
    }
    this.#charged = charged;
  }

  /** In atomic units. */
  get charged(): string {
    return (this.#charged ?? this.price).amount;
  }
}

function isNothing(price: SdkPrice): boolean {
  return price === 0 || (typeof price === 'object' && price.amount === '0');
}

const payments = new WeakMap<object, Payment>();

/** The payment with which a request came; undefined on a route that costs nothing. */
export function paymentOf(request: object): Payment | undefined {
  return payments.get(request);
}

export function rememberPayment(request: object, payment: Payment): void {
  payments.set(request, payment);
}
