import { subjects, type SettlementAnswer, type SettlementCall, type SettlementRequest } from '#contracts';
import { Backoff } from './backoff.js';
import type { BusConnection } from './connection.js';
import { RequestFailed, Requester } from './requester.js';

/** Asks settlement, any replica of it. */
export class SettlementClient {
  readonly #requester: Requester;

  constructor(connection: BusConnection) {
    this.#requester = new Requester(connection);
  }

  /**
   * The answer of one of the replicas. While none is there the request is sent again until its deadline, so it must carry all
   * that makes two of it one (`fresh_id`). Never rejects: what stays without an answer is `unavailable`, with `outcome_unknown`
   * where a replica may have taken it.
   */
  async ask(call: SettlementCall, request: SettlementRequest): Promise<SettlementAnswer> {
    const backoff = new Backoff(20, 400);
    const text = JSON.stringify(request);
    for (;;) {
      const timeout_ms = Math.max(1, request.deadline - Date.now());
      try {
        const reply = await this.#requester.request(subjects.settlement(call), text, { timeout_ms });
        if (reply.data.length === 0) return { kind: 'problem', code: 'internal_error' };
        return reply.json<SettlementAnswer>();
      } catch (error) {
        if (!(error instanceof RequestFailed)) return { kind: 'problem', code: 'internal_error' };
        if (error.reason !== 'nobody') return { kind: 'unavailable', code: 'outcome_unknown' };
      }
      const pause_ms = backoff.next();
      if (Date.now() + pause_ms >= request.deadline) return { kind: 'unavailable', code: 'settlement_unavailable' };
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
    }
  }

  /** What waits is answered `unavailable`. */
  close(): void {
    this.#requester.close();
  }
}
