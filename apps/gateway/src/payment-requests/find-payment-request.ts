import type { OwnerAnswer, RecordedEvent, RequestSide } from '#contracts';
import { freshId } from '#security';
import type { Caller } from '../http/caller.js';
import { DEFAULT_DEADLINE_MS, queryHeader } from '../http/command-header.js';
import { refuse } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/** A payment request as its payee's book tells it, and on which side of a border the caller stands. */
export interface FoundRequest {
  org: string;
  side: RequestSide;
  events: readonly RecordedEvent[];
  /** Book time there. */
  time: number;
}

/**
 * Reads a payment request from the book of its payee. Where that is another org's, the caller's own book says whether the
 * caller speaks for the agent that is asked; for anybody else there is no such request (F7).
 */
export async function findPaymentRequest(
  owner: OwnerGateway,
  caller: Caller,
  requestId: string,
  payeeOrg: string | undefined,
  /** To pay or to decline it, rather than to read it. */
  acts?: true,
): Promise<FoundRequest> {
  const type = 'query.payment_request' as const;
  if (payeeOrg === undefined || payeeOrg === caller.org) {
    const answer = await owner.send(caller.org, { type, ...queryHeader(caller), request_id: requestId });
    return { org: caller.org, side: 'same_org', ...expectKind(answer, 'payment_request') };
  }
  const asked = await owner.send(payeeOrg, {
    org: payeeOrg,
    credential: { subject: 'owner', proven_by: 'owner' },
    fresh_id: freshId(),
    deadline: Date.now() + DEFAULT_DEADLINE_MS,
    type,
    request_id: requestId,
    payer_org: caller.org,
  });
  const found = asked.kind === 'payment_request' ? asked : undefined;
  // Asked where there is no such request too: whoever has no credential is told that and nothing else.
  const speaks = await owner.send(caller.org, {
    type: 'query.asked_agent',
    ...queryHeader(caller),
    agent: payerOf(found?.events) ?? requestId,
    ...(acts ? { acts } : {}),
  });
  if (!isNotThere(speaks)) expectKind(speaks, 'asked_agent');
  if (asked.kind === 'unavailable') expectKind(asked, 'payment_request');
  if (!found || isNotThere(speaks))
    return refuse('payment_request_not_found', { scope: { kind: 'payment_request', id: requestId } });
  return { org: payeeOrg, side: 'other_org', events: found.events, time: found.time };
}

function isNotThere(answer: OwnerAnswer): boolean {
  return answer.kind === 'refused' && answer.refusal.code === 'agent_not_found';
}

function payerOf(events: readonly RecordedEvent[] | undefined): string | undefined {
  const first = events?.[0]?.event;
  return first?.type === 'request.opened' ? first.payer.handle : undefined;
}
