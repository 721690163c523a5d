import { z } from 'zod';

/** Above it a JSON number may not be what was written: it has been read as a float by then. */
const LARGEST_NUMBER = 999_999_999.999_999;

const error = 'must be an amount such as "0.05": a decimal in a string, or a number below a billion';

export const amountField = z.union([z.string().min(1), z.number().min(0, { error }).max(LARGEST_NUMBER, { error })], {
  error,
});

export const idempotencyKeyField = z
  .string({
    error: 'is required: make one up for each payment, such as a UUID, and give the same one where you repeat the call',
  })
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, { error: 'must be 1 to 255 printable ASCII characters' })
  .meta({
    description:
      'Your own word for this one payment, such as a UUID. The same key again gives the same answer and pays nothing more, so repeat a call whose answer was lost with the key it had. A new attempt after a refusal takes a new key.',
  });

export const sessionField = z.string().min(1).optional().meta({
  description: 'Session whose budget pays. Default: that of the credential, if it has one.',
});

export const agentField = z.string().min(1).optional().meta({
  description: 'Who pays: handle or id of an agent below yours. Default: yours.',
});

export const labelField = z.string().min(1).max(256).optional().meta({
  description: 'What the cost is booked to in reports, such as "goal=42".',
});

export const labelsField = z.record(z.string(), z.string()).optional();

/** What several tools say beside their result. */
export const hintField = z
  .string()
  .optional()
  .meta({ description: 'A budget is nearly used up: which, and what is left.' });
