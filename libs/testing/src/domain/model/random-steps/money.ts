import fc from 'fast-check';
import type { Step } from '../steps/step.js';
import { Extend, OpenWallet, Resolve, Transfer, type Place } from '../steps/money.js';
import { asset, handle, maybe, number } from './fields.js';

const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>('treasury', 'treasury', 'service-0', 'escrow', 'fees'),
  handle.map((agent): Place => ({ agent })),
);

/** Money inside the book, and what a hold may come to besides. */
export const moneySteps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom<'escrow' | 'fees'>('escrow', 'fees'), asset)
      .map((fields): Step => new OpenWallet(...fields)),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(place, place, fc.nat(40), asset).map((fields): Step => new Transfer(...fields)),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(number, fc.constantFrom(1, 60, 900, 5_000, 86_400, 32_000_000))
      .map((fields): Step => new Extend(...fields)),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(number, fc.constantFrom<'captured' | 'voided'>('captured', 'captured', 'voided'), maybe(fc.nat(20)))
      .map((fields): Step => new Resolve(...fields)),
    weight: 3,
  },
);
