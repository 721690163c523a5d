import { subjects, type SettlementAnswer, type SettlementCall, type SettlementRequest } from '#contracts';
import { Backoff } from './backoff.js';
import type { BusConnection } from './connection.js';
import { RequestFailed, Requester } from './requester.js';

/** Asks settlement, any replica of it. */
export class SettlementClient {
  readonly #requester: Requester;

  readonly #patience_ms: number;

  /** `patience_ms`: how long a silent replica is waited for before another one is asked, doubled each time. */
  constructor(connection: BusConnection, { patience_ms = 2_000 }: { patience_ms?: number } = {}) {
    this.#requester = new Requester(connection);
    this.#patience_ms = patience_ms;
  }

  /**
   * The answer of one of the replicas. While none is there, or the one that took it says nothing (it may have ended), the request
   * is sent again until its deadline, so it must carry all that makes two of it one (`fresh_id`). Never rejects: what stays
   * without an answer is `unavailable`, with `outcome_unknown` where a replica may have taken it.
   */
  async ask(call: SettlementCall, request: SettlementRequest): Promise<SettlementAnswer> {
    const backoff = new Backoff(20, 400);
    const text = JSON.stringify(request);
    let taken = false;
    let patience_ms = this.#patience_ms;
    for (;;) {
      const left_ms = Math.max(1, request.deadline - Date.now());
      // Near the end the last one that was asked is waited for.
      const timeout_ms = left_ms < 2 * patience_ms ? left_ms : patience_ms;
      try {
        const reply = await this.#requester.request(subjects.settlement(call), text, { timeout_ms });
        if (reply.data.length === 0) return { kind: 'problem', code: 'internal_error' };
        return reply.json<SettlementAnswer>();
      } catch (error) {
        if (!(error instanceof RequestFailed)) return { kind: 'problem', code: 'internal_error' };
        if (error.reason === 'closed') return { kind: 'unavailable', code: 'outcome_unknown' };
        if (error.reason !== 'nobody') taken = true;
        if (error.reason === 'timeout') patience_ms *= 2;
      }
      const pause_ms = backoff.next();
      if (Date.now() + pause_ms >= request.deadline)
        return { kind: 'unavailable', code: taken ? 'outcome_unknown' : 'settlement_unavailable' };
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
    }
  }

  /** What waits is answered `unavailable`. */
  close(): void {
    this.#requester.close();
  }
}
