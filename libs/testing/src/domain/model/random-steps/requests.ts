import fc from 'fast-check';
import type { Step } from '../steps/step.js';
import { Credit } from '../steps/abroad.js';
import { Ask, EndRequest, PayRequest, PayRequestAbroad } from '../steps/requests.js';
import { asset, handle, maybe, number, sometimes } from './fields.js';

const ask = fc
  .tuple(handle, maybe(handle), fc.integer({ min: 1, max: 9 }), asset, sometimes(fc.constantFrom(30, 3_600)))
  .map((fields): Step => new Ask(...fields));

/** Money that agents ask each other for. */
export const requestSteps: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: ask, weight: 5 },
  {
    arbitrary: fc
      .tuple(
        number,
        fc.constantFrom<'nothing' | 'amount' | 'payer' | 'payee' | 'capture'>(
          ...['nothing' as const, 'nothing' as const, 'nothing' as const, 'nothing' as const],
          ...['amount' as const, 'payer' as const, 'payee' as const, 'capture' as const],
        ),
        fc.record({ session: sometimes(number), key: sometimes(fc.constantFrom('a', 'b')) }, { noNullPrototype: true }),
      )
      .map((fields): Step => new PayRequest(...fields)),
    weight: 6,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'cancel' | 'decline'>('cancel', 'decline'), number)
      .map((fields): Step => new EndRequest(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(fc.nat(5), handle, fc.integer({ min: 1, max: 9 }), fc.constantFrom(true, true, true, false))
      .map((fields): Step => new PayRequestAbroad(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(fc.nat(40), handle, fc.integer({ min: 1, max: 20 }), asset, number)
      .map(([which, ...fields]): Step => new Credit(20 + which, ...fields)),
    weight: 3,
  },
);
