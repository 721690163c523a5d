import fc from 'fast-check';
import type { Asset } from '#domain';
import { HANDLES } from '../steps/step.js';

export const number = fc.nat(40);
export const handle = fc.constantFrom(...HANDLES);
export const asset = fc.oneof(
  { arbitrary: fc.constant<Asset>('USD'), weight: 14 },
  { arbitrary: fc.constant<Asset>('JPY'), weight: 1 },
);
export const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
export const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, { arbitrary, weight: 1 });
