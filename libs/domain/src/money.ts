/**
 * Money is an integer count of an asset's smallest unit, as `bigint` in memory and as a decimal-digit string in events.
 * Assets never mix: every amount travels with its asset, and every limit, session and wallet has exactly one.
 */
export const ASSETS = {
  /** One credit is one USD; six decimals so that a $0.000001 call is exact. */
  USD: { scale: 6 },
  /** Yen has no minor unit; four decimals allow calls far below one yen. */
  JPY: { scale: 4 },
} as const;

export type Asset = keyof typeof ASSETS;

/** Integer units as text, as they stand in events: `"50000"` is 0.05 USD. */
export type UnitsText = string;

/** 2^53: the largest amount accepted at an edge, since callers that use doubles cannot hold more exactly. */
export const MAXIMUM_UNITS = 9_007_199_254_740_992n;

export function isAsset(value: string): value is Asset {
  return Object.hasOwn(ASSETS, value);
}

export type AmountFault = 'not_a_number' | 'negative' | 'too_many_decimals' | 'too_large' | 'exponent_in_string';

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/**
 * Reads a decimal amount of the asset's main unit into smallest units, exactly, from its text.
 * An exponent is taken only from a JSON number (Python writes 0.00001 as `1e-05`), never from a string.
 */
export function parseAmount(
  text: string,
  asset: Asset,
  form: 'json_number' | 'string',
): { units: bigint } | { fault: AmountFault } {
  const plain = PLAIN.exec(text);
  if (plain) return toUnits(plain[1]!, plain[2]!, plain[3] ?? '', 0, asset);
  const exponent = EXPONENT.exec(text);
  if (!exponent) return { fault: 'not_a_number' };
  if (form === 'string') return { fault: 'exponent_in_string' };
  return toUnits(exponent[1]!, exponent[2]!, exponent[3] ?? '', Number(exponent[4]), asset);
}

function toUnits(
  sign: string,
  whole: string,
  fraction: string,
  exponent: number,
  asset: Asset,
): { units: bigint } | { fault: AmountFault } {
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { units: 0n };
  if (sign === '-') return { fault: 'negative' };
  const shift = ASSETS[asset].scale - fraction.length + exponent;
  // 2^53 has 16 digits.
  if (digits.length + shift > 16) return { fault: 'too_large' };
  if (shift >= 0) return bounded(BigInt(digits + '0'.repeat(shift)));
  // Where all digits are dropped the first of them is not zero.
  if (/[1-9]/.test(digits.slice(shift))) return { fault: 'too_many_decimals' };
  return bounded(BigInt(digits.slice(0, shift)));
}

function bounded(units: bigint): { units: bigint } | { fault: AmountFault } {
  return units > MAXIMUM_UNITS ? { fault: 'too_large' } : { units };
}

/** Writes units as the shortest exact decimal of the asset's main unit: 50000n USD is `0.05`. */
export function formatAmount(units: bigint, asset: Asset): string {
  return formatUnits(units.toString(), asset);
}

/** The same of units that are text already, as in events. */
export function formatUnits(units: UnitsText, asset: Asset): string {
  const negative = units.startsWith('-');
  const { scale } = ASSETS[asset];
  const digits = (negative ? units.slice(1) : units).padStart(scale + 1, '0');
  let end = digits.length;
  const point = end - scale;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const fraction = end > point ? `.${digits.slice(point, end)}` : '';
  return `${negative ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

const ZERO = 48;
