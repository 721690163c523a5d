import type { Page } from './page.js';
import type { PaymentItem } from './payments.js';

/** What is receipted, unsigned: `receipts.get` reads the signed receipt of each. */
export interface ReceiptPage extends Page {
  receipts: PaymentItem[];
}

/** The public keys that receipts are verified with, each with the time that it signs for in seconds. */
export interface Jwks {
  keys: { kty: string; crv: string; x: string; kid: string; use: string; alg: string; nbf: number; exp: number }[];
}
