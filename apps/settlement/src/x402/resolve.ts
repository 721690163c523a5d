import {
  fingerprintSource,
  renderPaymentAnswer,
  resolveChallengeSchema,
  unitsOf,
  type AmountInput,
  type ResolveChallengeRequest,
  type SettlementAnswer,
  type SettlementRequest,
  writeJson,
} from '#contracts';
import { isPaymentEvent, type AuthorizePayment, type PaymentDetails } from '#domain';
import { callerOf, commandHeader, queryHeader } from '../owners/command-header.js';
import { credentialFirst } from '../owners/credential-first.js';
import type { SettlementParts } from '../ports.js';
import { Answered, expectKind, refuse } from '../refused.js';
import { keyOf, readBody, textOf } from '../requests.js';
import type { MetChallenge } from './challenge.js';
import { readMetChallenge } from './met-challenge.js';
import { payeeOf } from './payee.js';
import { paymentToken } from './payment-token.js';
import type { AskedChallenge } from './readings.js';
import { referenceKey } from './reference-key.js';
import { resolvedAnswer } from './resolved-answer.js';

interface Hold {
  details: PaymentDetails;
  expires_at: number;
}

/** `POST /v1/payments/x402/resolve`: holds what a 402 asks for, and gives the token that its payee redeems. */
export function resolveChallenge(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  return credentialFirst(parts, request, () => holdForChallenge(parts, request));
}

async function holdForChallenge(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const { body, challenge } = readAsked(parts, request);
  requireWithin(body.max_credits, challenge);
  const { org } = callerOf(request);
  const { event, position } = expectKind(
    await parts.owners.send(org, await holdCommand(parts, request, body, challenge)),
    'recorded',
  );
  const hold = event.type === 'payment.authorized' ? { details: event, expires_at: event.expires_at } : undefined;
  const held = hold ?? (await approvedHold(parts, request, event));
  if (!held) return { kind: 'done', outcome: 'pending', body: JSON.stringify(renderPaymentAnswer(event, position)) };
  const token = paymentToken(parts, org, challenge, held);
  return { kind: 'done', outcome: 'ok', body: writeJson(resolvedAnswer(challenge, held, token, position)) };
}

/** A resource's challenge is the same text for whoever meets it, as often as its price stays. */
function readAsked(parts: SettlementParts, request: SettlementRequest): AskedChallenge {
  const known = parts.readings.challenges.find(textOf(request));
  if (known !== undefined) return known;
  const body = readBody(request, resolveChallengeSchema);
  const asked = { body, challenge: readMetChallenge(parts, body) };
  // One with a name of its own is met once.
  if (asked.challenge.reference === undefined && body.idempotency_key === undefined)
    parts.readings.challenges.keep(textOf(request), asked);
  return asked;
}

/** The challenge's own reference is the key, so that a challenge that is met twice is paid once. */
async function holdCommand(
  parts: SettlementParts,
  request: SettlementRequest,
  body: ResolveChallengeRequest,
  challenge: MetChallenge,
): Promise<AuthorizePayment> {
  const caller = callerOf(request);
  const { reference, terms_hash } = challenge;
  const payee = await payeeOf(parts, challenge.payee);
  const key =
    reference === undefined
      ? keyOf(request, body.idempotency_key)
      : referenceKey({ org: caller.org, ...payee }, reference, challenge.wire === 'mpp' ? 'mpp' : 'x402');
  const fields = {
    terms_hash,
    // A session token says the session, so the same challenge in another session is another request.
    session_id: body.session_id ?? caller.session_id,
    labels: body.labels,
  };
  return {
    type: 'payment.authorize',
    ...commandHeader(request, key, fingerprintSource('payment.x402', fields)),
    ...(key === undefined && request.is_first === true && { fresh_key: true }),
    ...(body.agent_id === undefined ? {} : { agent: body.agent_id }),
    ...(fields.session_id === undefined ? {} : { session_id: fields.session_id }),
    payee,
    amount: challenge.amount,
    asset: challenge.asset,
    capture: false,
    protocol: 'x402',
    labels: body.labels,
    terms_hash,
    ...(challenge.timeout_seconds === undefined ? {} : { expires_in_ms: challenge.timeout_seconds * 1000 }),
    ...(challenge.wire === 'mpp' && challenge.ends_at !== undefined ? { not_after: challenge.ends_at } : {}),
  };
}

/** What has waited for an approval is resolved by the same call again, once it was approved. */
async function approvedHold(
  { owners }: SettlementParts,
  request: SettlementRequest,
  decided: { type: string; payment_id?: string },
): Promise<Hold | undefined> {
  if (decided.payment_id === undefined) throw new Error(`A challenge was answered by ${decided.type}`);
  const caller = callerOf(request);
  const query = {
    type: 'query.payment' as const,
    ...queryHeader(caller, request.deadline),
    payment_id: decided.payment_id,
  };
  const { events } = expectKind(await owners.send(caller.org, query), 'payment');
  const approved = events.map(({ event }) => event).find((event) => event.type === 'payment.approved');
  if (!approved || !isPaymentEvent(approved) || approved.expires_at === undefined) return undefined;
  return { details: approved, expires_at: approved.expires_at };
}

/** `max_credits` is a bound of the caller's own: above it nothing is asked of the book. */
function requireWithin(maximum: AmountInput | undefined, { amount, asset }: MetChallenge): void {
  if (maximum === undefined) return;
  const read = unitsOf(maximum, asset, 0);
  if ('message' in read) refuse('body_invalid', { problems: [{ field: 'max_credits', message: read.message }] });
  if (amount <= read.units) return;
  throw new Answered({
    kind: 'refused',
    refusal: {
      code: 'budget_exceeded',
      scope: { kind: 'request', id: 'max_credits' },
      asset,
      limit: read.units.toString(),
      requested: amount.toString(),
    },
  });
}
