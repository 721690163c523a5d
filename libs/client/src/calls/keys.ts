import type { KeyIssuedAnswer, KeyPage, KeyRevokedAnswer, ListedKey } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { IssueKeyRequest, PageQuery } from '../requests/index.js';

export class KeyCalls {
  constructor(private readonly http: HttpCaller) {}

  /** A key of the organization; its `token` is shown once. */
  issue<Options extends CallOptions = CallOptions>(request: IssueKeyRequest, options?: Options) {
    return this.http.post<KeyIssuedAnswer, Options>('/v1/keys', request, options);
  }

  revoke<Options extends CallOptions = CallOptions>(keyId: string, options?: Options) {
    return this.http.delete<KeyRevokedAnswer, Options>(`/v1/keys/${encodeURIComponent(keyId)}`, options);
  }

  /** Keys in order of their ids, revoked ones too. For administrators. */
  list(query: PageQuery = {}, options?: ReadOptions): Promise<KeyPage> {
    return this.http.get('/v1/keys', { ...query }, options);
  }

  async *each(query: PageQuery = {}, options?: ReadOptions): AsyncGenerator<ListedKey, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.keys;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
