export { encodeJson } from './base64url-json.js';
export { challengeId, isOwnChallenge, writePaymentChallenge, type PaymentChallenge } from './payment-challenge.js';
export { CHARGE_INTENT, LEDGER_METHOD, writeCharge, type LedgerCharge } from './ledger-charge.js';
export {
  endOf,
  isPaymentChallenge,
  readLedgerChallenge,
  type LedgerChallenge,
  type ReadLedgerChallenge,
} from './ledger-challenge.js';
export {
  isPaymentCredential,
  readCredential,
  writeCredential,
  type LedgerCredential,
  type ReadCredential,
} from './credential.js';
export { readPaymentReceipt, writePaymentReceipt, type PaymentReceipt } from './receipt.js';
export { paymentProblem, type PaymentProblem, type PaymentProblemDocument } from './problems.js';
