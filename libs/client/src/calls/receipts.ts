import type { Jwks, PaymentItem, Receipt, ReceiptPage } from '../answers/index.js';
import type { ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { ReceiptsQuery } from '../requests/index.js';

export class ReceiptCalls {
  constructor(private readonly http: HttpCaller) {}

  /** The signed receipt of a payment or a refusal, by its `receipt_id`. */
  get(receiptId: string, options?: ReadOptions): Promise<Receipt> {
    return this.http.get(`/v1/receipts/${encodeURIComponent(receiptId)}`, {}, options);
  }

  /** One page of what is receipted, from the read models: it may lag behind the book for a moment. */
  list(query: ReceiptsQuery = {}, options?: ReadOptions): Promise<ReceiptPage> {
    return this.http.get('/v1/receipts', { ...query }, options);
  }

  /** All pages, one after the other. */
  async *each(query: ReceiptsQuery = {}, options?: ReadOptions): AsyncGenerator<PaymentItem, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.receipts;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** The public keys that receipts are verified with. */
  keys(options?: ReadOptions): Promise<Jwks> {
    return this.http.get('/.well-known/jwks.json', {}, options);
  }
}
