import type { EventEvidence, SettlementRequest } from '#contracts';
import type { BookEvent } from '#domain';
import type { FoundService } from './catalogue/service-catalogue.js';
import type { PricedCall } from './asked-call.js';
import { callerOf } from '../owners/command-header.js';
import { endCall, type Ended } from './end-call.js';
import { makeCall } from './make-call.js';
import type { Outcome, Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';

/** Left of the caller's time for the call itself. */
const MARGIN_MS = 2_000;

/** A call whose hold stands and is dispatched. */
export interface StartedCall {
  payment_id: string;
  salt: string;
  /** In smallest units: more is never captured. */
  held: bigint;
  /** Its hold, where it was recorded just now. */
  event?: BookEvent;
  position?: string;
  evidence?: EventEvidence;
}

/** Makes a call that was begun and ends it, whether or not anybody waits for it. Never rejects. */
export function runCall(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  started: StartedCall,
  make = () => makeCall(parts, { payment_id: started.payment_id, patience_until: request.deadline, ...priced }),
): Promise<Outcome | Unknown> {
  const { payment_id } = started;
  return parts.running.run(payment_id, async () => {
    try {
      return await callAndEnd(parts, request, priced, started, make);
    } catch (error) {
      parts.logger.error({ err: error, payment_id }, 'A call of a service broke off');
      return { kind: 'unknown', reason: 'it broke off here' };
    }
  });
}

async function callAndEnd(
  parts: ServiceParts,
  request: SettlementRequest,
  { service }: PricedCall,
  started: StartedCall,
  make: () => Promise<Outcome | Unknown>,
): Promise<Outcome | Unknown> {
  const { payment_id, salt, held } = started;
  const { org } = callerOf(request);
  const { name } = service.definition;
  const made = await makeInTurn(parts, service, request.deadline, `${org}/${name}`, make);
  const outcome = atMost(parts, made, held, payment_id);
  if (outcome.kind === 'unknown') return leaveUnknown(parts, service, payment_id, outcome);
  const ended = await endCall(parts, { org, service: name, payment_id, salt }, outcome);
  return endedOutcome(outcome, started, ended);
}

/** The answer is given when its payment has ended as it says (C4), with what its receipt is made of. */
function endedOutcome(outcome: Outcome, started: StartedCall, ended: Ended): Outcome | Unknown {
  if (ended.kind !== 'as_said')
    return { kind: 'unknown', reason: 'its payment was ended otherwise, or could not be ended yet' };
  const { event, position, evidence } = started;
  const { recorded } = ended;
  if (outcome.kind !== 'paid' || !event || !position || !evidence || !recorded.evidence) return outcome;
  const events = [
    { event, position, event_hash: evidence.event_hash },
    { event: recorded.event, position: recorded.position, event_hash: recorded.evidence.event_hash },
  ];
  return { proof: { events, surroundings: recorded.evidence }, ...outcome };
}

/** Where the service does nothing twice under one key, it is asked once more later; else only a person can tell. */
async function leaveUnknown(
  parts: ServiceParts,
  { definition }: FoundService,
  payment_id: string,
  unknown: Unknown,
): Promise<Unknown> {
  const { reason } = unknown;
  parts.logger.warn({ payment_id, service: definition.name, reason }, 'What came of a call of a service is not known');
  if (definition.idempotency) await parts.calls.leave(payment_id);
  else parts.ended.end(payment_id);
  return unknown;
}

/** Within the bounds of the service. Who cannot have its turn in time has asked nothing. */
async function makeInTurn(
  { limits }: Pick<ServiceParts, 'limits'>,
  { definition, mode }: FoundService,
  until: number,
  lane: string,
  make: () => Promise<Outcome | Unknown>,
): Promise<Outcome | Unknown> {
  // The bounds are the provider's; the sandbox has none.
  const entry = await limits.enter(lane, mode === 'sandbox' ? {} : definition, until - MARGIN_MS);
  if (!entry.ok) {
    const detail = 'More calls of it were asked for than may be made.';
    return { kind: 'failed', code: 'service_busy', detail, retry_after_ms: entry.retry_after_ms };
  }
  try {
    return await make();
  } finally {
    entry.leave();
  }
}

/** A cap is a cap: what a service charges above its estimate is not the payer's, and is told to whoever runs Bursar. */
export function atMost(
  { logger }: Pick<ServiceParts, 'logger'>,
  outcome: Outcome | Unknown,
  held: bigint,
  payment_id: string,
): Outcome | Unknown {
  if (outcome.kind !== 'paid' || outcome.units <= held) return outcome;
  logger.error(
    { payment_id, units: outcome.units.toString(), held: held.toString() },
    'A service cost more than its estimate',
  );
  return { ...outcome, units: held };
}
