import type {
  ApprovalAnswer,
  ApprovalPage,
  ApprovalStepAnswer,
  GrantAnswer,
  GrantCreatedAnswer,
  GrantPage,
  GrantRevokedAnswer,
  ListedApproval,
} from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { ApprovalsQuery, CreateGrantRequest, PageQuery } from '../requests/index.js';

/** One call waits so long: less than an attempt may take, so that an attempt is not given up for want of a decision. */
const WAIT_SECONDS = 5;

/** Payments that wait for an approval. */
export class ApprovalCalls {
  readonly grants: GrantCalls;

  constructor(private readonly http: HttpCaller) {
    this.grants = new GrantCalls(http);
  }

  /** One page; what is pending unless another status is asked for. */
  list(query: ApprovalsQuery = {}, options?: ReadOptions): Promise<ApprovalPage> {
    return this.http.get('/v1/approvals', { ...query }, options);
  }

  async *each(query: ApprovalsQuery = {}, options?: ReadOptions): AsyncGenerator<ListedApproval, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.approvals;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  get(approvalId: string, options?: ReadOptions): Promise<ApprovalAnswer> {
    return this.http.get(pathOf(approvalId), {}, options);
  }

  /** Until it is pending no more, or `timeout_ms` has passed: it is pending still then. */
  async wait(approvalId: string, timeout_ms: number, options?: ReadOptions): Promise<ApprovalAnswer> {
    const end = Date.now() + timeout_ms;
    for (;;) {
      const wait_seconds = Math.max(0, Math.min(WAIT_SECONDS, Math.ceil((end - Date.now()) / 1000)));
      const answer = await this.http.get<ApprovalAnswer>(pathOf(approvalId), { wait_seconds }, options);
      if (answer.status !== 'pending' || Date.now() >= end) return answer;
    }
  }

  /** Every rule is asked again: one that does not let the payment pass is the refusal, and it waits on. */
  approve<Options extends CallOptions = CallOptions>(approvalId: string, options?: Options) {
    return this.http.post<ApprovalStepAnswer, Options>(`${pathOf(approvalId)}/approve`, {}, options);
  }

  deny<Options extends CallOptions = CallOptions>(
    approvalId: string,
    request: { explanation?: string } = {},
    options?: Options,
  ) {
    return this.http.post<ApprovalStepAnswer, Options>(`${pathOf(approvalId)}/deny`, request, options);
  }
}

/** Standing grants: what they cover needs no other approval. */
export class GrantCalls {
  constructor(private readonly http: HttpCaller) {}

  create<Options extends CallOptions = CallOptions>(request: CreateGrantRequest, options?: Options) {
    return this.http.post<GrantCreatedAnswer, Options>('/v1/approvals/grants', request, options);
  }

  list(query: PageQuery = {}, options?: ReadOptions): Promise<GrantPage> {
    return this.http.get('/v1/approvals/grants', { ...query }, options);
  }

  async *each(query: PageQuery = {}, options?: ReadOptions): AsyncGenerator<GrantAnswer, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.grants;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  revoke<Options extends CallOptions = CallOptions>(grantId: string, options?: Options) {
    const path = `/v1/approvals/grants/${encodeURIComponent(grantId)}`;
    return this.http.delete<GrantRevokedAnswer, Options>(path, options);
  }
}

function pathOf(approvalId: string): string {
  return `/v1/approvals/${encodeURIComponent(approvalId)}`;
}
