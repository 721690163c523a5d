import { z } from 'zod';
import { deadlineField, idempotencyKeyField, rule } from './fields.js';

const ADDRESS_RULE = 'must be 0x and 40 hexadecimal digits';
const SIGNATURE_RULE = 'must be 0x and 130 hexadecimal digits';

/** `POST /v1/agents/{agent}/addresses`. */
export const registerAddressSchema = z
  .strictObject({
    address: z
      .string(rule(ADDRESS_RULE))
      .regex(/^0x[0-9a-fA-F]{40}$/, ADDRESS_RULE)
      .transform((address) => address.toLowerCase()),
    signature: z
      .string(rule(SIGNATURE_RULE))
      .regex(/^0x[0-9a-fA-F]{130}$/, SIGNATURE_RULE)
      .meta({ description: 'Of the text, with the address in lower case, by personal_sign (EIP-191).' }),
    expires: z.iso
      .datetime({ error: 'must be a time such as 2026-11-28T16:00:00Z' })
      .max(64)
      .optional()
      .meta({ description: 'Where the text ends with a line `Expires: <time>`: that time, just as it stands there.' }),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .meta({ id: 'RegisterAddressRequest' });
