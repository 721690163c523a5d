import { JsonNumber } from '#contracts';
import { MAXIMUM_UNITS } from '#domain';

/** Millionths: money in the units of USD, and counts of things as exactly. */
export const MILLION = 1_000_000n;

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

export type ReadDecimal = { millionths: bigint } | { message: string };

/**
 * A number of an answer in millionths, exactly from its text, as JSON number or decimal string. What is finer is rounded up: a price is never
 * less than what was said. Nothing, and what is no number or below zero, is no price; zero is zero.
 */
export function readMillionths(value: unknown): ReadDecimal {
  if (value === undefined || value === null) return { message: 'is not there' };
  const text = value instanceof JsonNumber ? value.text : value;
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null;
  if (!match) return { message: 'is no number' };
  const [, sign, integer = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(integer + fraction);
  if (digits === 0n) return { millionths: 0n };
  if (sign === '-') return { message: 'is below zero' };
  const shift = 6 - fraction.length + Number(exponent);
  const millionths = shift >= 0 ? digits * 10n ** BigInt(shift) : dividedUp(digits, 10n ** BigInt(-shift));
  return millionths > MAXIMUM_UNITS ? { message: 'is too large' } : { millionths };
}

/** A quotient of two whole numbers, rounded up. */
export function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
