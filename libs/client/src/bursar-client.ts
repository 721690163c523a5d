import type { HealthAnswer, IntegrityAnswer, ServiceAnswer, WhoamiAnswer } from './answers/index.js';
import { AddressCalls } from './calls/addresses.js';
import { AgentCalls } from './calls/agents.js';
import { ApprovalCalls } from './calls/approvals.js';
import { DiscoveryCalls } from './calls/discovery.js';
import { EventCalls } from './calls/events.js';
import { KeyCalls } from './calls/keys.js';
import { OrganizationCalls } from './calls/organization.js';
import { OrganizationsCalls } from './calls/organizations.js';
import { TopUpCalls, TransferCalls, WalletCalls } from './calls/money.js';
import { PaymentRequestCalls } from './calls/payment-requests.js';
import { PaymentCalls } from './calls/payments.js';
import { PolicyCalls } from './calls/policies.js';
import { ReceiptCalls } from './calls/receipts.js';
import { ReportCalls } from './calls/reports.js';
import { PaidCalls, ServiceCalls } from './calls/services.js';
import { SessionCalls } from './calls/sessions.js';
import { X402Calls } from './calls/x402.js';
import type { Answered, CallOptions, ReadOptions } from './http/call-options.js';
import { HttpCaller, type HttpCallerOptions } from './http/http-caller.js';
import type { EmailRequest, ImageRequest, PayServiceRequest, SearchRequest, SmsRequest } from './requests/index.js';

/**
 * Bursar over HTTP. Calls that change something carry an idempotency key and are retried with it, within their deadline,
 * when the connection or Bursar fails (429, 503).
 *
 * Errors: `DeclinedError` where a rule or the state of things says no (`declines: 'return'` gives it as a value instead),
 * `RefusedError` for a bad credential or request, `UnavailableError` after the deadline.
 */
export class BursarClient {
  readonly agents: AgentCalls;
  readonly addresses: AddressCalls;
  readonly sessions: SessionCalls;
  readonly payments: PaymentCalls;
  readonly receipts: ReceiptCalls;
  readonly paymentRequests: PaymentRequestCalls;
  readonly approvals: ApprovalCalls;
  readonly topups: TopUpCalls;
  readonly transfers: TransferCalls;
  readonly wallets: WalletCalls;
  readonly reports: ReportCalls;
  readonly events: EventCalls;
  readonly keys: KeyCalls;
  readonly organization: OrganizationCalls;
  /** With the platform key, for whoever runs Bursar. */
  readonly organizations: OrganizationsCalls;
  readonly policies: PolicyCalls;
  readonly x402: X402Calls;
  /** The catalogue of paid services; `pay`, `search`, `email`, `image` and `sms` call them. */
  readonly services: ServiceCalls;
  readonly #paid: PaidCalls;
  readonly discovery: DiscoveryCalls;
  readonly #http: HttpCaller;

  constructor(options: HttpCallerOptions) {
    const http = new HttpCaller(options);
    this.#http = http;
    this.agents = new AgentCalls(http);
    this.addresses = new AddressCalls(http);
    this.sessions = new SessionCalls(http);
    this.payments = new PaymentCalls(http);
    this.receipts = new ReceiptCalls(http);
    this.paymentRequests = new PaymentRequestCalls(http);
    this.approvals = new ApprovalCalls(http);
    this.topups = new TopUpCalls(http);
    this.transfers = new TransferCalls(http);
    this.wallets = new WalletCalls(http);
    this.reports = new ReportCalls(http);
    this.events = new EventCalls(http);
    this.keys = new KeyCalls(http);
    this.organization = new OrganizationCalls(http);
    this.organizations = new OrganizationsCalls(http);
    this.policies = new PolicyCalls(http);
    this.x402 = new X402Calls(http);
    this.discovery = new DiscoveryCalls(http);
    this.services = new ServiceCalls(http);
    this.#paid = new PaidCalls(http);
  }

  /** Calls a paid service, at most for `max_credits`: its own answer, and what it did cost. */
  pay<Answer extends object = Record<string, unknown>, Options extends CallOptions = CallOptions>(
    request: PayServiceRequest,
    options?: Options,
  ): Promise<Answered<Answer & ServiceAnswer, Options>> {
    return this.#paid.pay<Answer, Options>(request, options);
  }

  search<Options extends CallOptions = CallOptions>(request: SearchRequest, options?: Options) {
    return this.#paid.search(request, options);
  }

  email<Options extends CallOptions = CallOptions>(request: EmailRequest, options?: Options) {
    return this.#paid.email(request, options);
  }

  image<Options extends CallOptions = CallOptions>(request: ImageRequest, options?: Options) {
    return this.#paid.image(request, options);
  }

  sms<Options extends CallOptions = CallOptions>(request: SmsRequest, options?: Options) {
    return this.#paid.sms(request, options);
  }

  /** What the credential is, and what is left of what it may spend. */
  whoami(options?: ReadOptions): Promise<WhoamiAnswer> {
    return this.#http.get('/v1/whoami', {}, options);
  }

  /** Verifies the log that holds the organization; `status: 'verifying'` where that takes longer than the call. */
  integrity(options?: ReadOptions): Promise<IntegrityAnswer> {
    return this.#http.get('/v1/integrity', {}, options);
  }

  /** Whether everything that the gateway depends on answers. */
  health(options?: ReadOptions): Promise<HealthAnswer> {
    return this.#http.probe('/health/ready', options);
  }
}
