import type {
  AgentAnswer,
  AgentPage,
  AgentRegisteredAnswer,
  AgentSpendAnswer,
  AgentStepAnswer,
  ScopedAgentAnswer,
  TokenRotatedAnswer,
} from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { AgentsQuery, ChangeAgentRequest, RegisterAgentRequest, SpendAuthRequest } from '../requests/index.js';

/** Agents, each named by its handle or id. */
export class AgentCalls {
  constructor(private readonly http: HttpCaller) {}

  /**
   * Registers an agent with the limits it is given and no others. `token` is shown once: it is absent where an answer was
   * lost and the retry got the recorded one; `rotateToken` makes a new one then.
   */
  create<Options extends CallOptions = CallOptions>(request: RegisterAgentRequest, options?: Options) {
    return this.http.post<AgentRegisteredAnswer, Options>('/v1/agents', request, options);
  }

  /** Revoked ones too, in order of their ids. */
  list(query: AgentsQuery = {}, options?: ReadOptions): Promise<AgentPage> {
    return this.http.get('/v1/agents', { ...query }, options);
  }

  /** Every agent, page after page. */
  async *each(query: AgentsQuery = {}, options?: ReadOptions): AsyncGenerator<AgentAnswer, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.agents;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * An agent that spends in the name of another: at most `limit_usd`, under a label that no payment can change. Use its
   * `scoped_agent_id` wherever an `agent_id` goes.
   */
  scope<Options extends CallOptions = CallOptions>(request: SpendAuthRequest, options?: Options) {
    return this.http.post<ScopedAgentAnswer, Options>('/v1/spend-auth', request, options);
  }

  get(agent: string, options?: ReadOptions): Promise<AgentAnswer> {
    return this.http.get(pathOf(agent), {}, options);
  }

  /** What it has spent of what it may, from the book itself: the caller reads its own writes. */
  spend(agent: string, options?: ReadOptions): Promise<AgentSpendAnswer> {
    return this.http.get(`${pathOf(agent)}/spend`, {}, options);
  }

  patch<Options extends CallOptions = CallOptions>(agent: string, request: ChangeAgentRequest, options?: Options) {
    return this.http.patch<AgentAnswer, Options>(pathOf(agent), request, options);
  }

  /** Nothing more passes, and undispatched holds are voided. */
  freeze<Options extends CallOptions = CallOptions>(
    agent: string,
    request: { reason?: string } = {},
    options?: Options,
  ) {
    return this.http.post<AgentStepAnswer, Options>(`${pathOf(agent)}/freeze`, request, options);
  }

  unfreeze<Options extends CallOptions = CallOptions>(agent: string, options?: Options) {
    return this.http.post<AgentStepAnswer, Options>(`${pathOf(agent)}/unfreeze`, {}, options);
  }

  /** From then on its token gets 401 everywhere. `revocation_id` stands in the answer to its registration. */
  revoke<Options extends CallOptions = CallOptions>(revocationId: string, options?: Options) {
    return this.http.post<AgentStepAnswer, Options>(`/v1/revocations/${encodeURIComponent(revocationId)}`, {}, options);
  }

  /** A new token, shown once; the one before still holds for the overlap (default 300 s). */
  rotateToken<Options extends CallOptions = CallOptions>(
    agent: string,
    request: { overlap_seconds?: number } = {},
    options?: Options,
  ) {
    return this.http.post<TokenRotatedAnswer, Options>(`${pathOf(agent)}/rotate-token`, request, options);
  }
}

function pathOf(agent: string): string {
  return `/v1/agents/${encodeURIComponent(agent)}`;
}
