import type { SessionAnswer, SessionClosedAnswer, SessionOpenedAnswer, SessionPage } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { ChangeSessionRequest, OpenSessionRequest, SessionsQuery } from '../requests/index.js';

/** Budgets for pieces of work, in trees. */
export class SessionCalls {
  constructor(private readonly http: HttpCaller) {}

  /** `session_token` is shown once, as an agent's token is. */
  open<Options extends CallOptions = CallOptions>(request: OpenSessionRequest, options?: Options) {
    return this.http.post<SessionOpenedAnswer, Options>('/v1/sessions', request, options);
  }

  /** The session as it is now, with the tree below it. */
  get(sessionId: string, options?: ReadOptions): Promise<SessionAnswer> {
    return this.http.get(pathOf(sessionId), {}, options);
  }

  /** Each without what is below it: the topmost ones that the caller sees, or those directly below `parent`. */
  list(query: SessionsQuery = {}, options?: ReadOptions): Promise<SessionPage> {
    return this.http.get('/v1/sessions', { ...query }, options);
  }

  /** All pages, one session after the other. */
  async *each(query: SessionsQuery = {}, options?: ReadOptions): AsyncGenerator<SessionAnswer, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.sessions;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  patch<Options extends CallOptions = CallOptions>(
    sessionId: string,
    request: ChangeSessionRequest,
    options?: Options,
  ) {
    return this.http.patch<SessionAnswer, Options>(pathOf(sessionId), request, options);
  }

  /** Closes it and all below it, and releases what is left. */
  close<Options extends CallOptions = CallOptions>(sessionId: string, options?: Options) {
    return this.http.post<SessionClosedAnswer, Options>(`${pathOf(sessionId)}/close`, {}, options);
  }
}

function pathOf(sessionId: string): string {
  return `/v1/sessions/${encodeURIComponent(sessionId)}`;
}
