import type { SettlementAnswer, SettlementCall, SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { listAddresses } from './addresses/list-addresses.js';
import { registerAddress } from './addresses/register-address.js';
import { removeAddress } from './addresses/remove-address.js';
import { answer } from './answer.js';
import { listResources } from './discovery/list-resources.js';
import { searchResources } from './discovery/search-resources.js';
import type { SettlementParts } from './ports.js';
import { FirstMoment } from './receipts/first-moment.js';
import { publishedKeys } from './receipts/published-keys.js';
import { readReceipt } from './receipts/read-receipt.js';
import { payService, payTypedCall } from './services/calls-of-services.js';
import { defineService, removeService } from './services/catalogue/define-service.js';
import { keepSecret, removeSecret } from './services/catalogue/keep-secret.js';
import { listServices, showService } from './services/catalogue/read-services.js';
import type { ServiceParts } from './services/ports.js';
import { redeemToken } from './x402/redeem.js';
import { resolveChallenge } from './x402/resolve.js';
import { settlePayment } from './x402/settle.js';
import { settlementStatus } from './x402/settlement-status.js';
import { supported } from './x402/supported.js';
import { verifyPayment } from './x402/verify.js';

type UseCase = (request: SettlementRequest) => SettlementAnswer | Promise<SettlementAnswer>;

/** Answers every call of settlement's, in whatever process it is asked. Never rejects. */
export class SettlementCalls {
  readonly #useCases: Readonly<Record<SettlementCall, UseCase>>;
  readonly #logger: Logger;

  constructor(parts: SettlementParts, services: ServiceParts) {
    this.#logger = parts.logger;
    const firstMoment = new FirstMoment(parts.log);
    this.#useCases = {
      'x402.supported': () => supported(parts),
      'x402.resolve': (request) => resolveChallenge(parts, request),
      'x402.verify': (request) => verifyPayment(parts, request),
      'x402.settle': (request) => settlePayment(parts, request),
      'x402.redeem': (request) => redeemToken(parts, request),
      'x402.status': (request) => settlementStatus(parts, request),
      'discovery.list': (request) => listResources(parts, request),
      'discovery.search': (request) => searchResources(parts, request),
      'address.register': (request) => registerAddress(parts, request),
      'address.list': (request) => listAddresses(parts, request),
      'address.remove': (request) => removeAddress(parts, request),
      'service.pay': (request) => payService(services, request),
      'service.search': (request) => payTypedCall(services, request, 'search'),
      'service.email': (request) => payTypedCall(services, request, 'email'),
      'service.image': (request) => payTypedCall(services, request, 'image'),
      'service.sms': (request) => payTypedCall(services, request, 'sms'),
      'service.list': (request) => listServices(services, request),
      'service.show': (request) => showService(services, request),
      'service.define': (request) => defineService(services, request),
      'service.remove': (request) => removeService(services, request),
      'service.keep_secret': (request) => keepSecret(services, request),
      'service.remove_secret': (request) => removeSecret(services, request),
      'receipt.read': (request) => readReceipt(parts, request),
      jwks: () => publishedKeys(parts, firstMoment),
    };
  }

  ask(call: SettlementCall, request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.#logger, request, this.#useCases[call]);
  }
}
