import { writeJson, type RecordedEvent, type SettlementRequest } from '#contracts';
import { sealText } from '#event-log';
import { callerOf, queryHeader } from '../owners/command-header.js';
import { expectKind } from '../refused.js';
import type { PricedCall } from './asked-call.js';
import { callTimeMs, type BegunCall } from './begin-call.js';
import { letGoClaim } from './give-up.js';
import type { ServiceParts } from './ports.js';
import type { StartedCall } from './run-call.js';
import { sayOfPayment } from './service-step.js';

/**
 * A call whose payment had to wait for a person: once that was approved, the same request again makes the call. `waits`: it was not (yet);
 * `taken`: somebody else has begun it.
 */
export async function dispatchApproved(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  { payment_id, isOfRequest }: BegunCall,
): Promise<'waits' | 'taken' | StartedCall> {
  // A copy of the request that asked first has its answer already: that it waits.
  if (isOfRequest) return 'waits';
  const caller = callerOf(request);
  const query = { type: 'query.payment' as const, ...queryHeader(caller, request.deadline), payment_id };
  const { events } = expectKind(await parts.owners.send(caller.org, query), 'payment');
  const types = events.map(({ event }) => event.type);
  if (!types.includes('payment.approved')) return 'waits';
  if (types.at(-1) !== 'payment.approved') return 'taken';
  const { definition, mode } = priced.service;
  const payment = { org: caller.org, service: definition.name, payment_id };
  const sealed = sealText(writeJson(priced.call.payload));
  const ends_in_ms = callTimeMs(priced, request.deadline);
  const row = { is_sandbox: mode === 'sandbox', salt: sealed.salt, request: sealed.text, ends_in_ms, ...payment };
  if (!(await parts.calls.begin(row))) return 'taken';
  const answer = await sayOfPayment(parts, payment, 'dispatch', { dispatched_for_ms: ends_in_ms }, request.deadline);
  if (answer.kind !== 'recorded') await letGoClaim(parts, payment_id, answer);
  expectKind(answer, 'recorded');
  return { payment_id, salt: sealed.salt, held: heldOf(events) };
}

function heldOf([first]: readonly RecordedEvent[]): bigint {
  return first && 'amount' in first.event && typeof first.event.amount === 'string' ? BigInt(first.event.amount) : 0n;
}
