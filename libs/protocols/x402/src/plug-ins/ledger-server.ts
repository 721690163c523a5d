import { ASSETS, isAsset } from '#domain';
import { flowOf, type PaymentFlow, type Scheme } from '../rails.js';
import { parseLedgerPrice, type LedgerPrice } from './ledger-price.js';
import type {
  SdkNetwork,
  SdkPaymentPayload,
  SdkPrice,
  SdkRequirements,
  SdkSettleContext,
  SdkSettlePhase,
  Unchangeable,
} from './sdk-types.js';

export interface LedgerServerOptions {
  /** Where a route names none in `extra.paymentFlow`. Default: `authorization`. */
  flow?: PaymentFlow;
  /**
   * `(payload, requirements) => facilitator.settle(payload, requirements)` of the `HTTPFacilitatorClient`. Given it, a payment whose
   * handler failed is released at once in the flow `authorization` too, where the SDK calls nobody and the hold would have to lapse.
   */
  settle?: (payload: SdkPaymentPayload, requirements: SdkRequirements) => Promise<unknown>;
}

/** What `x402ResourceServer.register` takes. The SDK calls some of these without their object, so none uses `this`. */
export interface LedgerSchemeServer {
  readonly scheme: Scheme;
  readonly defaultAssetTransferMethod: 'default';
  readonly paymentFlows: {
    readonly default: { readonly supported: readonly PaymentFlow[]; readonly default: PaymentFlow };
  };
  readonly schemeHooks?: { onVerifiedPaymentCanceled: (context: SdkSettleContext) => Promise<void> };
  parsePrice(price: SdkPrice): Promise<LedgerPrice>;
  getAssetDecimals(asset: string): number | undefined;
  enhancePaymentRequirements(requirements: SdkRequirements): Promise<SdkRequirements>;
  enrichSettlementPayload(context: SdkSettleContext): Promise<{ type: SettleStep }>;
  settleOnCancel(context: SdkSettleContext): SdkRequirements | undefined;
}

/** As much of `x402ResourceServer` as is needed to register. */
export interface SdkServer {
  register(network: SdkNetwork, server: LedgerSchemeServer): unknown;
}

/**
 * `payload.type` of a settlement: in the flow `escrow` the facilitator's call itself does not say which step it is. It is written in
 * the other flows too, since the SDK then refuses a payer who wrote one of his own.
 */
export type SettleStep = 'authorize' | 'capture' | 'void';

const STEP_OF: Readonly<Record<SdkSettlePhase, SettleStep>> = {
  'before-handler': 'authorize',
  'after-handler': 'capture',
  cancel: 'void',
};

/** Lets an `x402ResourceServer` of `@x402/express` or `@x402/hono` be paid on `ledger:<deployment>`, by `exact` and `upto`. */
export function registerLedgerServer<Server extends SdkServer>(
  server: Server,
  network: SdkNetwork,
  options: LedgerServerOptions = {},
): Server {
  for (const scheme of ['exact', 'upto'] as const) server.register(network, ledgerSchemeServer(scheme, options));
  return server;
}

/** One scheme, for `new x402ResourceServer(…).register('ledger:main', …)`. */
export function ledgerSchemeServer(scheme: Scheme, options: LedgerServerOptions = {}): LedgerSchemeServer {
  const { flow = 'authorization', settle } = options;
  return {
    scheme,
    defaultAssetTransferMethod: 'default',
    paymentFlows: { default: { supported: ['authorization', 'upfront', 'escrow'], default: flow } },
    ...(settle && { schemeHooks: { onVerifiedPaymentCanceled: (context) => release(context, settle) } }),
    parsePrice: (price) => Promise.resolve().then(() => parseLedgerPrice(price)),
    getAssetDecimals: (asset) => (isAsset(asset) ? ASSETS[asset].scale : undefined),
    enhancePaymentRequirements: (requirements) => Promise.resolve().then(() => payable(requirements)),
    enrichSettlementPayload: ({ requirements, phase }) =>
      Promise.resolve({ type: isEscrow(requirements) ? STEP_OF[phase] : 'capture' }),
    settleOnCancel: ({ requirements }) => (isEscrow(requirements) ? requirements : undefined),
  };
}

/** The packages check nothing of a route's own words, so what nobody could be paid by is found before it is offered. */
function payable(requirements: SdkRequirements): SdkRequirements {
  if (!/^[\x21-\x7e]{1,128}$/.test(requirements.payTo)) {
    throw new Error(`payTo ${JSON.stringify(requirements.payTo)} is no handle, agent id or address`);
  }
  return { ...requirements, ...parseLedgerPrice({ amount: requirements.amount, asset: requirements.asset }) };
}

/** A settlement of 0, which the server says and not the payer, takes nothing and ends the hold. */
async function release(
  { paymentPayload, requirements }: SdkSettleContext,
  settle: NonNullable<LedgerServerOptions['settle']>,
): Promise<void> {
  if (flowOf(requirements.extra) !== 'authorization') return;
  await settle(paymentPayload, { ...requirements, amount: '0' });
}

function isEscrow(requirements: Unchangeable<SdkRequirements>): boolean {
  return flowOf(requirements.extra) === 'escrow';
}
