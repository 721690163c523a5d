import fc from 'fast-check';
import type { Step } from '../steps/step.js';
import { Credit, EndClearing, EndReturn, GiveBack, OpenToOthers, TakeBack } from '../steps/abroad.js';
import { asset, handle, maybe, number } from './fields.js';

/** What comes from another org, and what becomes of what went there. */
export const abroadSteps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.nat(12), handle, fc.integer({ min: 1, max: 20 }), asset)
      .map((fields): Step => new Credit(...fields)),
    weight: 4,
  },
  { arbitrary: fc.tuple(number, maybe(fc.nat(20))).map((fields): Step => new GiveBack(...fields)), weight: 5 },
  { arbitrary: number.map((which): Step => new EndReturn(which)), weight: 2 },
  {
    arbitrary: fc.tuple(number, fc.constantFrom(true, true, false)).map((fields): Step => new EndClearing(...fields)),
    weight: 3,
  },
  { arbitrary: fc.tuple(number, fc.nat(12), fc.nat(9)).map((fields): Step => new TakeBack(...fields)), weight: 4 },
  { arbitrary: fc.constantFrom(true, true, false).map((open): Step => new OpenToOthers(open)), weight: 1 },
);
