export * from './answers/index.js';
export * from './requests/index.js';
export { BursarClient } from './bursar-client.js';
export type { AddressCalls } from './calls/addresses.js';
export type { AgentCalls } from './calls/agents.js';
export type { ApprovalCalls, GrantCalls } from './calls/approvals.js';
export type { DiscoveryCalls } from './calls/discovery.js';
export type { EventCalls } from './calls/events.js';
export type { KeyCalls } from './calls/keys.js';
export type { TopUpCalls, TransferCalls, WalletCalls } from './calls/money.js';
export type { PaymentRequestCalls } from './calls/payment-requests.js';
export type { PaymentCalls } from './calls/payments.js';
export type { ReceiptCalls } from './calls/receipts.js';
export type { ReportCalls } from './calls/reports.js';
export type { ServiceCalls } from './calls/services.js';
export type { SessionCalls } from './calls/sessions.js';
export type { X402Calls } from './calls/x402.js';
export {
  ApprovalPendingError,
  BursarError,
  DeclinedError,
  RefusedError,
  UnavailableError,
  UnexpectedAnswerError,
} from './errors.js';
export { fetchWithBudget, type BudgetedFetch, type FetchBudget } from './paid-fetch/fetch-with-budget.js';
export { PaidFetchError, type PaidFetchCode } from './paid-fetch/paid-fetch-error.js';
export { paymentOf, type RequestPayment } from './paid-fetch/request-payment.js';
export type { Answered, CallOptions, ReadOptions } from './http/call-options.js';
export type { HttpCallerOptions as BursarClientOptions } from './http/http-caller.js';
export {
  BursarBus,
  type BursarBusOptions,
  type Following,
  type PublishManyOptions,
  type PublishOptions,
} from './bus/bursar-bus.js';
