import type { Asset } from '#domain';
import { unitsOf, type AmountInput } from '#contracts';
import type { Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { refuse } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';

/**
 * Units of an amount that is said of an existing payment: its decimals are counted in the payment's own currency, which
 * never changes and is asked for first.
 */
export async function unitsOfPayment(
  owner: OwnerGateway,
  caller: Caller,
  paymentId: string,
  amount: AmountInput,
  currency: Asset | undefined,
  minimum: 0 | 1,
): Promise<bigint> {
  const query = { type: 'query.payment' as const, ...queryHeader(caller), payment_id: paymentId };
  const { events } = expectKind(await owner.send(caller.org, query), 'payment');
  const first = events[0]?.event;
  if (!first || !('asset' in first)) refuse('payment_not_found', { scope: { kind: 'payment', id: paymentId } });
  if (currency !== undefined && currency !== first.asset) {
    refuse('asset_mismatch', {
      problems: [{ field: 'currency', message: `must be ${first.asset}, as the payment's is` }],
    });
  }
  const units = unitsOf(amount, first.asset, minimum);
  return 'units' in units
    ? units.units
    : refuse('body_invalid', { problems: [{ field: 'amount', message: units.message }] });
}
