import { randomInt } from 'node:crypto';

/** Reads what stands behind a trigger's `=`. */
export type Reader = (text: string | undefined) => { value: number | true } | { problem: string };

export const given: Reader = (text) => (text === undefined ? { value: true } : { problem: 'takes no value' });

export function whole(least: number, most: number): Reader {
  return (text) => {
    const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN;
    return value >= least && value <= most ? { value } : { problem: `must be a whole number of ${least} to ${most}` };
  };
}

/** A whole number; or two, as `90-110`, of which the smaller stands first: then one of those from it to the other, drawn anew each time. */
export function wholeWithin(least: number, most: number): Reader {
  const one = whole(least, most);
  return (text) => {
    const [low, high, ...more] = text?.split('-').map(one) ?? [];
    if (!high) return one(text);
    if (!low || more.length > 0 || 'problem' in low || 'problem' in high || high.value < low.value)
      return { problem: `must be a whole number of ${least} to ${most}, or two as 90-110` };
    return { value: randomInt(Number(low.value), Number(high.value) + 1) };
  };
}

export const decimal: Reader = (text) =>
  /^-?\d{1,9}(\.\d{1,9})?$/.test(text ?? '') ? { value: Number(text) } : { problem: 'must be a decimal number' };
