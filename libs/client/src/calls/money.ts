import type { TopUpAnswer, TransferAnswer, WalletAnswer, WalletOpenedAnswer, WalletPage } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { OpenWalletRequest, PageQuery, TopUpRequest, TransferRequest } from '../requests/index.js';

export class TopUpCalls {
  constructor(private readonly http: HttpCaller) {}

  /** Money into a wallet, or more budget for a session or an agent. */
  create<Options extends CallOptions = CallOptions>(request: TopUpRequest, options?: Options) {
    return this.http.post<TopUpAnswer, Options>('/v1/topups', request, options);
  }
}

export class TransferCalls {
  constructor(private readonly http: HttpCaller) {}

  /** Moves free money between two wallets of the organization; for operators. */
  create<Options extends CallOptions = CallOptions>(request: TransferRequest, options?: Options) {
    return this.http.post<TransferAnswer, Options>('/v1/transfers', request, options);
  }
}

export class WalletCalls {
  constructor(private readonly http: HttpCaller) {}

  /** An escrow or fee account of the organization, empty; for operators. */
  open<Options extends CallOptions = CallOptions>(request: OpenWalletRequest, options?: Options) {
    return this.http.post<WalletOpenedAnswer, Options>('/v1/wallets', request, options);
  }

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
