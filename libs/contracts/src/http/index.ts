export * from './field-problem.js';
export * from './json.js';
export * from './bounds.js';
export * from './fingerprint.js';
export type { NormalisedPaymentRequest, ParsedPaymentRequest } from './normalised-payment-request.js';
export { parsePaymentRequest, paymentFingerprintSource, readPaymentRequest } from './payment-request.js';
export { unitsOf, type AmountInput } from './fields.js';
export { readQuery, readRequest, readRequestValue, type ReadRequest } from './read-request.js';
export { paymentRequestSchema } from './payment-schema.js';
export * from './payment-step-requests.js';
export {
  changeAgentSchema,
  freezeAgentSchema,
  registerAgentSchema,
  revokeAgentSchema,
  rotateTokenSchema,
  spendAuthSchema,
  unfreezeAgentSchema,
  type ChangeAgentRequest,
  type RegisterAgentRequest,
} from './agent-requests.js';
export * from './service-requests.js';
export * from './session-requests.js';
export { simulatePolicySchema } from './policy-requests.js';
export {
  changeOrganizationSchema,
  firstUseOfSettings,
  issueAdminKeySchema,
  openOrganizationSchema,
  unitsOfCredits,
} from './organization-requests.js';
export { WEEKDAYS } from './list-request.js';
export * from './money-requests.js';
export * from './service-requests.js';
export { mcpMessageSchema } from './mcp-message.js';
export * from './x402-requests.js';
export * from './discovery-requests.js';
export * from './address-requests.js';
export * from './queries.js';
export * from './approval-requests.js';
export * from './payment-request-requests.js';
