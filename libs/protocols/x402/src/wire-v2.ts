import { z } from 'zod';
import { X402_BOUNDS } from './bounds.js';
import {
  assetField,
  atomicAmount,
  networkField,
  objectField,
  objectOf,
  orAbsent,
  payToField,
  schemeField,
  timeoutField,
  versionField,
  wordsField,
} from './fields.js';

/** What is paid for. Nobody compares it: the client may write what it likes here. */
export const resourceInfoSchema = objectOf(
  {
    url: wordsField(X402_BOUNDS.url_characters, 1),
    description: orAbsent(wordsField(X402_BOUNDS.description_characters)),
    mimeType: orAbsent(wordsField(X402_BOUNDS.mime_type_characters)),
    serviceName: orAbsent(z.string().regex(/^[\x20-\x7e]{1,32}$/, 'must be 1 to 32 printable characters')),
    tags: orAbsent(z.array(wordsField(32, 1)).max(5, 'must hold at most 5 tags')),
    iconUrl: orAbsent(wordsField(X402_BOUNDS.url_characters)),
  },
  'must be an object with a url',
);
export type ResourceInfo = z.output<typeof resourceInfoSchema>;

export const requirementsSchema = objectOf(
  {
    scheme: schemeField,
    network: networkField,
    amount: atomicAmount,
    asset: assetField,
    payTo: payToField,
    maxTimeoutSeconds: timeoutField,
    extra: orAbsent(objectField),
  },
  'must be payment requirements',
);
export type PaymentRequirements = z.output<typeof requirementsSchema>;

/** `accepts` is read entry by entry, since those of other rails are none of our business (see `chooseAccepted`). */
export const paymentRequiredSchema = objectOf({
  x402Version: versionField(2),
  error: orAbsent(wordsField(X402_BOUNDS.error_characters)),
  resource: resourceInfoSchema,
  accepts: z
    .array(objectField, 'must be a list of payment requirements')
    .min(1, 'must not be empty')
    .max(X402_BOUNDS.accepts, `must hold at most ${X402_BOUNDS.accepts} entries`),
  extensions: orAbsent(objectField),
});
export type PaymentRequired = z.output<typeof paymentRequiredSchema>;

export const paymentPayloadSchema = objectOf(
  {
    x402Version: versionField(2),
    resource: orAbsent(resourceInfoSchema),
    accepted: requirementsSchema,
    payload: objectField,
    extensions: orAbsent(objectField),
  },
  'must be a payment payload',
);
export type PaymentPayload = z.output<typeof paymentPayloadSchema>;
