import type { TopUpAnswer, WalletAnswer, WalletPage } from '../answers.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { PageQuery, TopUpRequest } from '../requests.js';

export class TopUpCalls {
  constructor(private readonly http: HttpCaller) {}

  /** Money into a wallet, or more budget for a session or an agent. */
  create<Options extends CallOptions = CallOptions>(request: TopUpRequest, options?: Options) {
    return this.http.post<TopUpAnswer, Options>('/v1/topups', request, options);
  }
}

export class WalletCalls {
  constructor(private readonly http: HttpCaller) {}

  list(query: PageQuery = {}, options?: ReadOptions): Promise<WalletPage> {
    return this.http.get('/v1/wallets', { ...query }, options);
  }

  async *each(query: PageQuery = {}, options?: ReadOptions): AsyncGenerator<WalletAnswer, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.wallets;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
