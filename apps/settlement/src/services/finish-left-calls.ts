import type { KeptServiceCall } from '#event-log';
import { quoteCall } from '#paid-services';
import { isJsonObject, readJson } from '#contracts';
import { endCall, endPayment } from './end-call.js';
import { makeCall } from './make-call.js';
import { outcomeText, readOutcome } from './outcome.js';
import { paymentInBook, type PaymentInBook } from './payment-in-book.js';
import type { ServiceParts } from './ports.js';
import { atMost } from './run-call.js';

const BATCH_MAXIMUM = 20;
/** How long one that was taken is nobody else's: longer than any call with its retries may take. */
const TAKEN_MS = 180_000;
/** For the book's answer. */
const ASK_MS = 5_000;
/** Providers know a key for a day, and later take it for a new one. */
const KEY_KNOWN_MS = 23 * 3_600_000;

/**
 * Ends calls whose process sees to them no more, as after a crash. What is known to have come of one is said of its payment; what is not is
 * asked again only where the service does nothing twice under one key. All else stays as it is: the book says that its outcome is not
 * known, and an operator resolves it. @returns how many were taken.
 */
export async function finishLeftCalls(parts: ServiceParts): Promise<number> {
  const left = await parts.calls.take(BATCH_MAXIMUM, TAKEN_MS);
  await Promise.all(
    left.map(async (call) => {
      try {
        await finish(parts, call);
      } catch (error) {
        parts.logger.error(
          { err: error, payment_id: call.payment_id },
          'A call of a service that was left could not be ended',
        );
      }
    }),
  );
  return left.length;
}

async function finish(parts: ServiceParts, call: KeptServiceCall): Promise<void> {
  if (call.answer !== undefined) {
    const outcome = readOutcome(call.answer, call.units);
    const ended = await endPayment(parts, call, outcome, outcomeText(outcome));
    if (ended.kind !== 'open') parts.ended.end(call.payment_id);
    return;
  }
  // A process that is at it after all comes first.
  if (parts.running.get(call.payment_id)) return;
  const payment = await paymentInBook(parts, call, Date.now() + ASK_MS);
  // It is taken again later.
  if (payment === 'unavailable') return;
  // Without a hold that was dispatched nothing was called, and nothing is.
  if (payment === 'missing' || payment.status === 'undispatched') return parts.ended.drop(call.payment_id);
  const again = payment.status === 'dispatched' ? await callAgain(parts, call, payment) : 'over';
  if (again === 'later') return;
  if (again === 'unknown')
    parts.logger.warn(
      { payment_id: call.payment_id, service: call.service },
      'Nobody knows what came of a call of a service',
    );
  if (again !== 'kept') parts.ended.end(call.payment_id);
}

/**
 * Only where the provider knows the key of the first time, and answers the same. `kept`: what came of it is known now. `later`: the service
 * could not be asked.
 */
async function callAgain(
  parts: ServiceParts,
  kept: KeptServiceCall,
  { held, dispatched_at }: PaymentInBook,
): Promise<'kept' | 'later' | 'unknown'> {
  const service = await parts.catalogue.find(kept.org, kept.service);
  if ('near' in service || !service.definition.idempotency) return 'unknown';
  if (Date.now() - dispatched_at > KEY_KNOWN_MS) return 'unknown';
  const isSame = (service.mode === 'sandbox') === kept.is_sandbox && service.mode !== 'needs_secret';
  const request = readJson(kept.request);
  if (!isSame || !request.ok || !isJsonObject(request.value)) return 'unknown';
  const quote = quoteCall(service.definition, request.value);
  if (!quote.ok) return 'unknown';
  const { payment_id } = kept;
  const once = { patience_until: Date.now(), is_asked_before: true };
  const made = await makeCall(parts, { service, call: quote.call, payment_id, ...once });
  const outcome = atMost(parts, made, held, payment_id);
  if (outcome.kind === 'unknown') return outcome.may_be_told ? 'later' : 'unknown';
  await endCall(parts, kept, outcome);
  return 'kept';
}
