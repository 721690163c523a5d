import type { Health, Metrics } from '#observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { AddressesController } from './agents/addresses.controller.js';
import { AgentsController } from './agents/agents.controller.js';
import { RevocationsController } from './agents/revocations.controller.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { SpendAuthController } from './agents/spend-auth.controller.js';
import { EventsController } from './events/events.controller.js';
import { Explanations } from './explanations/explanations.js';
import { HealthController } from './health/health.controller.js';
import { IntegrityController } from './integrity/integrity.controller.js';
import { Verifications } from './integrity/verifications.js';
import { KeysController } from './keys/keys.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { McpController } from './mcp/mcp.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { OrganizationController } from './organization/organization.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { OpenApiText } from './openapi/document.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { DecisionsController } from './payments/decisions.controller.js';
import { PaymentRequestsController } from './payment-requests/payment-requests.controller.js';
import { PaymentsController } from './payments/payments.controller.js';
import {
  BROWSER_ORIGINS,
  HEALTH,
  LOG,
  METRICS,
  NOTES,
  OWNER,
  PLATFORM,
  REPORTS,
  SETTLEMENT,
  type Explainer,
  type LogReader,
  type LogVerifier,
  type Notes,
  type OwnerGateway,
  type Platform,
  type Reports,
  type Settlement,
} from './ports.js';
import { JwksController } from './receipts/jwks.controller.js';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { ReportsController } from './reports/reports.controller.js';
import { PaidCallsController } from './services/paid-calls.controller.js';
import { ServicesController } from './services/services.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { TopUpsController } from './topups/topups.controller.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { WalletsController } from './wallets/wallets.controller.js';
import { WhoamiController } from './whoami/whoami.controller.js';
import { DiscoveryController } from './x402/discovery.controller.js';
import { FacilitatorController } from './x402/facilitator.controller.js';
import { X402PaymentsController } from './x402/x402-payments.controller.js';

/** Everything outside of the gateway that it uses. */
export interface GatewayParts {
  owner: OwnerGateway;
  settlement: Settlement;
  platform: Platform;
  log: LogReader;
  verifier: LogVerifier;
  explainer: Explainer;
  reports: Reports;
  notes: Notes;
  metrics: Metrics;
  health: Health;
  /** Origins whose pages may call /mcp from a browser. */
  browserOrigins: readonly string[];
}

@Module({})
export class GatewayModule {
  static of(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        AgentsController,
        AddressesController,
        RevocationsController,
        SpendAuthController,
        SessionsController,
        PaymentsController,
        PaymentRequestsController,
        ApprovalsController,
        DecisionsController,
        TopUpsController,
        TransfersController,
        WalletsController,
        FacilitatorController,
        DiscoveryController,
        X402PaymentsController,
        PaidCallsController,
        ServicesController,
        ReceiptsController,
        JwksController,
        ReportsController,
        EventsController,
        IntegrityController,
        KeysController,
        OrganizationController,
        OrganizationsController,
        PoliciesController,
        McpController,
        WhoamiController,
        HealthController,
        MetricsController,
        OpenApiController,
      ],
      providers: [
        { provide: OWNER, useValue: parts.owner },
        { provide: SETTLEMENT, useValue: parts.settlement },
        { provide: PLATFORM, useValue: parts.platform },
        { provide: LOG, useValue: parts.log },
        { provide: REPORTS, useValue: parts.reports },
        { provide: NOTES, useValue: parts.notes },
        { provide: METRICS, useValue: parts.metrics },
        { provide: HEALTH, useValue: parts.health },
        { provide: BROWSER_ORIGINS, useValue: parts.browserOrigins },
        { provide: Verifications, useValue: new Verifications(parts.verifier) },
        { provide: Explanations, useValue: new Explanations(parts.explainer) },
        { provide: OpenApiText, useValue: new OpenApiText() },
      ],
    };
  }
}
