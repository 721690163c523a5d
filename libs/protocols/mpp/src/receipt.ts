import { decodeJson, encodeJson } from './base64url-json.js';
import { MPP_BOUNDS } from './bounds.js';
import { isoTime, printable } from './fields.js';
import { z } from 'zod';
import { LEDGER_METHOD } from './ledger-charge.js';

const receiptSchema = z.object({
  status: z.literal('success'),
  method: z.literal(LEDGER_METHOD),
  timestamp: isoTime,
  /** The payment. */
  reference: printable(MPP_BOUNDS.name_characters),
  /** Where the payer's own, signed receipt is found. */
  receiptId: printable(MPP_BOUNDS.name_characters).optional(),
});
export type PaymentReceipt = z.output<typeof receiptSchema>;

/** The value of `Payment-Receipt`. There is none for a failure. */
export function writePaymentReceipt(receipt: Omit<PaymentReceipt, 'status' | 'method'>): string {
  return encodeJson({ status: 'success', method: LEDGER_METHOD, ...receipt });
}

/** Reads such a value; undefined where it is none of this method's. */
export function readPaymentReceipt(text: string): PaymentReceipt | undefined {
  const decoded = decodeJson(text, MPP_BOUNDS.header_characters);
  return decoded.ok ? receiptSchema.safeParse(decoded.object).data : undefined;
}
