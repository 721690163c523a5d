export * from './field-problem.js';
export * from './json.js';
export * from './bounds.js';
export * from './fingerprint.js';
export {
  parsePaymentRequest,
  paymentFingerprintSource,
  readPaymentRequest,
  type NormalisedPaymentRequest,
  type ParsedPaymentRequest,
} from './payment-request.js';
