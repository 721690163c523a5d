import { z } from 'zod';
import { X402_BOUNDS } from './bounds.js';
import {
  assetField,
  atomicAmount,
  networkNameField,
  objectField,
  objectOf,
  orAbsent,
  payToField,
  schemeField,
  timeoutField,
  versionField,
  wordsField,
} from './fields.js';

/** The resource stands in each requirement, and the amount has another name than in v2. */
export const requirementsV1Schema = objectOf(
  {
    scheme: schemeField,
    network: networkNameField,
    maxAmountRequired: atomicAmount,
    asset: assetField,
    payTo: payToField,
    resource: wordsField(X402_BOUNDS.url_characters, 1),
    description: wordsField(X402_BOUNDS.description_characters),
    mimeType: orAbsent(wordsField(X402_BOUNDS.mime_type_characters)),
    outputSchema: orAbsent(objectField),
    maxTimeoutSeconds: timeoutField,
    extra: orAbsent(objectField),
  },
  'must be payment requirements',
);
export type PaymentRequirementsV1 = z.output<typeof requirementsV1Schema>;

export const paymentRequiredV1Schema = objectOf({
  x402Version: versionField(1),
  error: orAbsent(wordsField(X402_BOUNDS.error_characters)),
  accepts: z
    .array(objectField, 'must be a list of payment requirements')
    .min(1, 'must not be empty')
    .max(X402_BOUNDS.accepts, `must hold at most ${X402_BOUNDS.accepts} entries`),
});
export type PaymentRequiredV1 = z.output<typeof paymentRequiredV1Schema>;

export const paymentPayloadV1Schema = objectOf(
  {
    x402Version: versionField(1),
    scheme: schemeField,
    network: networkNameField,
    payload: objectField,
  },
  'must be a payment payload',
);
export type PaymentPayloadV1 = z.output<typeof paymentPayloadV1Schema>;
