import {
  fingerprintSource,
  unitsOf,
  type AmountInput,
  type FieldProblem,
  type JsonObject,
  type SettlementRequest,
} from '#contracts';
import type { AuthorizePayment, Labels, RowBeside } from '#domain';
import { quoteCall, type QuotedCall } from '#paid-services';
import { hash } from 'node:crypto';
import { callerOf, commandHeader } from '../owners/command-header.js';
import { Answered, refuse } from '../refused.js';
import { keyOf } from '../requests.js';
import type { FoundService } from './catalogue/service-catalogue.js';
import type { ServiceParts } from './ports.js';

/** What a caller asks of a service, whichever of the calls it came by. */
export interface AskedCall {
  service: string;
  payload: JsonObject;
  max_credits?: AmountInput | undefined;
  agent_id?: string | undefined;
  session_id?: string | undefined;
  labels: Labels;
  idempotency_key?: string | undefined;
}

/** A call that may be held for: the service is known, and what it costs at most. */
export interface PricedCall {
  asked: AskedCall;
  service: FoundService;
  call: QuotedCall;
}

/** The service that is named and can be called, or a refusal that says which ones there are. */
export async function requireService(
  { catalogue }: Pick<ServiceParts, 'catalogue'>,
  org: string,
  name: string,
): Promise<FoundService> {
  const found = await catalogue.find(org, name);
  if ('near' in found) {
    const near = found.near.length > 0 ? ` Near it: ${found.near.join(', ')}.` : '';
    return refuse('service_not_found', {
      scope: { kind: 'service', id: name },
      detail: `There is no service ${name}.${near}`,
    });
  }
  return found;
}

/** What the call costs at most, below the caller's own bound, or a refusal before anything was asked of anybody. */
export function priceCall(
  service: FoundService,
  asked: AskedCall,
  problemOf: (problem: FieldProblem) => FieldProblem,
): PricedCall {
  const { definition, mode } = service;
  const scope = { kind: 'service', id: definition.name };
  if (mode === 'needs_secret') refuse('service_secret_missing', { scope });
  const quote = quoteCall(definition, asked.payload);
  if (!quote.ok) {
    if (quote.code === 'payload_invalid') return refuse('body_invalid', { problems: quote.problems.map(problemOf) });
    return refuse('price_unknown', { scope, problems: [{ field: 'payload', message: quote.message }] });
  }
  requireWithin(asked.max_credits, quote.call.estimate);
  return { asked, service, call: quote.call };
}

/** `max_credits` is a bound of the caller's own: above it nothing is asked of the book. */
function requireWithin(maximum: AmountInput | undefined, estimate: bigint): void {
  if (maximum === undefined) return;
  const read = unitsOf(maximum, 'USD', 0);
  if ('message' in read) refuse('body_invalid', { problems: [{ field: 'max_credits', message: read.message }] });
  if (estimate <= read.units) return;
  throw new Answered({
    kind: 'refused',
    refusal: {
      code: 'budget_exceeded',
      scope: { kind: 'request', id: 'max_credits' },
      asset: 'USD',
      limit: read.units.toString(),
      requested: estimate.toString(),
    },
  });
}

/**
 * The hold for a call, dispatched at once. A call that came to nothing and may be tried again (`attempt` above 0) has a key of its own,
 * made of the caller's: the first one has bound its payment for ever (D6).
 */
export function holdCommand(
  request: SettlementRequest,
  { asked, service, call }: PricedCall,
  {
    attempt,
    fresh_id,
    request_hash,
    dispatched_for_ms,
    beside,
  }: {
    attempt: number;
    fresh_id: string;
    request_hash: string;
    dispatched_for_ms: number;
    beside?: RowBeside | undefined;
  },
): AuthorizePayment {
  const caller = callerOf(request);
  const given = keyOf(request, asked.idempotency_key);
  const key = given ?? `edge-${request.fresh_id}`;
  const session_id = asked.session_id ?? caller.session_id;
  const max = asked.max_credits === undefined ? undefined : unitsOf(asked.max_credits, 'USD', 0);
  const fields = {
    service: asked.service,
    payload: asked.payload,
    max_credits: max && 'units' in max ? max.units : undefined,
    session_id,
    labels: asked.labels,
  };
  return {
    type: 'payment.authorize',
    ...commandHeader(request, attempt === 0 ? key : laterKey(key, attempt), fingerprintSource('service.pay', fields)),
    fresh_id,
    ...(given === undefined && attempt === 0 && request.is_first === true && { fresh_key: true }),
    ...(asked.agent_id === undefined ? {} : { agent: asked.agent_id }),
    ...(session_id === undefined ? {} : { session_id }),
    payee: { service: service.definition.name },
    // A hold is of one unit at least; what costs nothing captures nothing of it.
    amount: call.estimate > 0n ? call.estimate : 1n,
    asset: 'USD',
    capture: false,
    protocol: 'direct',
    labels: asked.labels,
    category: service.definition.category,
    request_hash,
    dispatched_for_ms,
    with_evidence: true,
    beside,
  };
}

function laterKey(key: string, attempt: number): string {
  return `service-attempt-${attempt}:${hash('sha256', key, 'base64url')}`;
}
