import { z } from 'zod';

/** One environment variable: its name, what an absent value means, its unit and what it is for. */
export interface Setting {
  readonly name: string;
  /** The text used when the variable is absent or empty. A setting without one is `undefined` then. */
  readonly default?: string;
  readonly unit: string;
  readonly description: string;
  /** Parses the text of the variable. */
  readonly schema: z.ZodType;
  /** Never echoed in an error, a log or a table. */
  readonly secret?: boolean;
}

/** Keeps the exact type of a definition, so that a setting with a default is known never to be undefined. */
export function setting<const Definition extends Setting>(definition: Definition): Definition {
  return definition;
}

export const text = z.string().min(1);

export const url = z.url({ error: 'must be a URL' });

export const port = wholeNumber(0, 65_535);

export const onOrOff = z.enum(['on', 'off'], { error: 'must be "on" or "off"' }).transform((value) => value === 'on');

/** Comma separated; none where it is empty. */
export const origins = z
  .string()
  .transform((value) => value.split(',').flatMap((each) => each.trim() || []))
  .refine((all) => all.every((each) => /^https?:/.test(each) && URL.canParse(each) && new URL(each).origin === each), {
    error: 'must be origins such as https://inspector.example, separated by commas',
  });

/** Whole numbers only: `Number()` alone would accept "", "1e3", "0x10" and " 5 ". */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: 'must be a whole number' })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `must be between ${least} and ${most}` });
}

/** An amount of credits, kept as decimal text: the asset's scale belongs to the domain, floats belong nowhere. */
export const credits = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,6})?$/, { error: 'must be a decimal amount with at most 6 decimals, such as 25.00' });
