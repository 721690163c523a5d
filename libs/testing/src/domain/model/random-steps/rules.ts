import fc from 'fast-check';
import type { LimitDefinition } from '#domain';
import { asset, sometimes } from './fields.js';

const limit: fc.Arbitrary<LimitDefinition> = fc.oneof(
  fc.record(
    {
      of: fc.constant('amount' as const),
      per: fc.constantFrom('payment' as const, 'lifetime' as const, { rolling_seconds: 90 }, { rolling_seconds: 3600 }),
      maximum: fc.integer({ min: 9, max: 90 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('amount' as const, 'amount' as const, 'count' as const),
      per: fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const),
      maximum: fc.integer({ min: 3, max: 90 }).map(String),
      asset,
      time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      of: fc.constantFrom('held' as const, 'count' as const),
      per: fc.constant('lifetime' as const),
      maximum: fc.integer({ min: 3, max: 30 }).map(String),
      asset,
    },
    { noNullPrototype: true },
  ),
);
/** Some of them are limits on a pair. */
const anyLimit = fc
  .tuple(limit, sometimes(fc.constantFrom('service-0', 'service-1', 'ada', 'dan')))
  .map(([definition, to]): LimitDefinition => {
    if (to === undefined) return definition;
    return to.startsWith('service') ? { ...definition, service: to } : { ...definition, payee: to };
  });
export const limits = fc.uniqueArray(anyLimit, {
  maxLength: 3,
  selector: ({ of, per, asset: one, time_zone, service, payee }) =>
    JSON.stringify([of, per, one, time_zone === 'UTC' ? undefined : time_zone, service, payee]),
});
const entries = fc.record(
  {
    services: fc.subarray(['service-0', 'service-1']),
    payees: fc.subarray(['ada', 'bob', 'dan']),
  },
  { requiredKeys: [], noNullPrototype: true },
);
export const lists = fc.record({ allow: entries, deny: entries }, { requiredKeys: [], noNullPrototype: true });
