/** Reads what stands behind a trigger's `=`. */
export type Reader = (text: string | undefined) => { value: number | true } | { problem: string };

export const given: Reader = (text) => (text === undefined ? { value: true } : { problem: 'takes no value' });

export function whole(least: number, most: number): Reader {
  return (text) => {
    const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN;
    return value >= least && value <= most ? { value } : { problem: `must be a whole number of ${least} to ${most}` };
  };
}

export const decimal: Reader = (text) =>
  /^-?\d{1,9}(\.\d{1,9})?$/.test(text ?? '') ? { value: Number(text) } : { problem: 'must be a decimal number' };
