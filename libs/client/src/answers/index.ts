export * from './page.js';
export * from './declined.js';
export * from './payments.js';
export * from './payment-requests.js';
export * from './agents.js';
export * from './sessions.js';
export * from './organizations.js';
export * from './keys.js';
export * from './approvals.js';
export * from './policies.js';
export * from './money.js';
export * from './receipts.js';
export * from './reports.js';
export * from './events.js';
export * from './services.js';
export * from './x402.js';
export * from './discovery.js';
export * from './intents.js';
export * from './envelopes.js';
export * from './health.js';

export type {
  AddressesAnswer,
  AddressStepAnswer,
  AgentAnswer,
  AgentRegisteredAnswer,
  AgentSpendAnswer,
  ApprovalAnswer,
  ApprovalStatus,
  ApprovalStepAnswer,
  DecisionAnswer,
  DeclineFields,
  GrantAnswer,
  GrantCreatedAnswer,
  GrantRevokedAnswer,
  IncomingPayment,
  IncomingRefundAnswer,
  ListedApproval,
  OrganizationAnswer,
  PastDecisionAnswer,
  PaymentAnswer,
  PaymentRequestAnswer,
  PaymentRequestState,
  PaymentRequestStatus,
  PaymentRequestStepAnswer,
  PaymentState,
  PaymentStatus,
  PaymentStepAnswer,
  PolicyChangeAnswer,
  ProblemDocument,
  Receipt,
  ReceiptClaims,
  ScopedAgentAnswer,
  SessionAnswer,
  SessionOpenedAnswer,
  TopUpAnswer,
  TransferAnswer,
  WalletAnswer,
  WalletOpenedAnswer,
  WhoamiAnswer,
} from '#contracts';
