export * from './partition.js';
export * from './subjects.js';
export * from './headers.js';
export * from './bearer.js';
export * from './answers-services-schemas.js';
export * from './settlement-wire.js';
export * from './wire.js';
export { quoted } from './json-text.js';
export { asReceived } from './as-received.js';
export { encodeDecision, type DecisionOnWire } from './wire-decision.js';
export * from './http/index.js';
export {
  ERROR_CATALOGUE,
  errorOf,
  isErrorCode,
  statusOf,
  type CatalogueEntry,
  type EdgeCode,
  type ErrorCode,
  type ErrorStatus,
} from './errors/index.js';
export {
  declineFields,
  problemOfCode,
  problemOfDecline,
  type DeclineFields,
  type ProblemDocument,
} from './errors-problem.js';
export { errorsPage } from './errors-page.js';
export {
  paymentOfReceipt,
  receiptId,
  renderPayment,
  renderPaymentAnswer,
  renderPaymentStep,
  type PaymentAnswer,
  type PaymentState,
  type PaymentStatus,
  type PaymentStepAnswer,
  type RecordedEvent,
} from './answers-payment.js';
export {
  renderIncomingPayment,
  renderIncomingRefund,
  type IncomingPayment,
  type IncomingRefundAnswer,
} from './answers-incoming-payment.js';
export { renderPastDecision, type DecisionAnswer, type PastDecisionAnswer } from './answers-decision.js';
export { decisionText } from './answers-decision-text.js';
export { renderReceipt, type ProvenEvent } from './answers-receipt.js';
export {
  RECEIPT_TYPE,
  type IncomingReceipt,
  type PaymentReceipt,
  type Receipt,
  type ReceiptClaims,
} from './receipt-claims.js';
export {
  renderAgent,
  renderAgentRegistered,
  renderAgentSpend,
  renderAgentStep,
  renderScopedAgent,
  type AgentAnswer,
  type AgentRegisteredAnswer,
  type AgentSpendAnswer,
  type ScopedAgentAnswer,
} from './answers-agent.js';
export {
  renderSession,
  renderSessionClosed,
  renderSessionOpened,
  type SessionAnswer,
  type SessionOpenedAnswer,
} from './answers-session.js';
export { renderWhoami, type WhoamiAnswer } from './answers-whoami.js';
export { decimal } from './answers-money.js';
export { renderOrganization, type OrganizationAnswer } from './answers-organization.js';
export { renderPolicyChange, type PolicyChangeAnswer } from './answers-policy-change.js';
export { renderOtherwiseDecided, type OtherwiseDecided } from './answers-policy.js';
export {
  renderTopUp,
  renderTransfer,
  renderWallet,
  renderWalletOpened,
  type TopUpAnswer,
  type TransferAnswer,
  type WalletAnswer,
  type WalletOpenedAnswer,
} from './answers-wallet.js';
export {
  renderApproval,
  renderApprovalStep,
  renderGrant,
  renderGrantCreated,
  renderGrantRevoked,
  renderPendingApproval,
  type ApprovalAnswer,
  type ApprovalStatus,
  type ApprovalStepAnswer,
  type GrantAnswer,
  type GrantCreatedAnswer,
  type GrantRevokedAnswer,
  type ListedApproval,
} from './answers-approval.js';
export {
  renderPaymentRequest,
  renderPaymentRequestOpened,
  renderPaymentRequestStep,
  type PaymentRequestAnswer,
  type PaymentRequestState,
  type PaymentRequestStatus,
  type PaymentRequestStepAnswer,
  type RequestSide,
} from './answers-payment-request.js';
export { declineAnswerSchema, problemSchema } from './answers-decline-schemas.js';
export {
  paymentAnswerSchema,
  paymentStateSchema,
  paymentStepAnswerSchema,
  paymentsAnswerSchema,
} from './answers-payment-schemas.js';
export {
  refundAnswerSchema,
  readPaymentAnswerSchema,
  incomingPaymentSchema,
  incomingRefundAnswerSchema,
} from './answers-incoming-payment-schemas.js';
export { decisionAnswerSchema, explanationAnswerSchema } from './answers-decision-schemas.js';
export {
  agentRegisteredSchema,
  agentSchema,
  agentSpendSchema,
  agentStepSchema,
  agentsAnswerSchema,
  spendAuthAnswerSchema,
} from './answers-agent-schemas.js';
export {
  sessionClosedSchema,
  sessionOpenedSchema,
  sessionSchema,
  sessionsAnswerSchema,
} from './answers-session-schemas.js';
export { whoamiSchema } from './answers-whoami-schemas.js';
export { organizationSchema, organizationOpenedSchema } from './answers-organization-schemas.js';
export { keyIssuedSchema, keyRevokedSchema, keysAnswerSchema } from './answers-key-schemas.js';
export { policySimulationSchema } from './answers-policy-simulation-schemas.js';
export {
  topUpAnswerSchema,
  transferAnswerSchema,
  walletOpenedSchema,
  walletsAnswerSchema,
} from './answers-wallet-schemas.js';
export { eventsAnswerSchema, integrityAnswerSchema } from './answers-log-schemas.js';
export { spendReportSchema } from './answers-report-schemas.js';
export * from './answers-approval-schemas.js';
export { receiptSchema, receiptsAnswerSchema, jwksSchema } from './answers-receipt-schemas.js';
export * from './answers-payment-request-schemas.js';
export { policyChangeSchema } from './answers-policy-schemas.js';
export * from './answers-x402-schemas.js';
export * from './answers-discovery-schemas.js';
export * from './answers-address.js';
