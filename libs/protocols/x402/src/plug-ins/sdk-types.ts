/**
 * What the plug-ins use of the published `@x402/*` packages, as shapes: nothing of them is imported. `test/interop` holds these
 * to the packages' own types.
 */

/** `namespace:reference`. */
export type SdkNetwork = `${string}:${string}`;

export interface SdkRequirements {
  scheme: string;
  network: SdkNetwork;
  amount: string;
  asset: string;
  payTo: string;
  maxTimeoutSeconds: number;
  extra: Record<string, unknown>;
}

export interface SdkPaymentRequired {
  x402Version: number;
  resource: object;
  extensions?: Record<string, unknown>;
}

export interface SdkPaymentPayload {
  x402Version: number;
  accepted: SdkRequirements;
  payload: Record<string, unknown>;
  resource?: { url: string };
  extensions?: Record<string, unknown>;
}

/** A payment as the packages hand it to hooks: nothing in it may be changed. */
export type Unchangeable<Value> = Value extends object
  ? { readonly [Name in keyof Value]: Unchangeable<Value[Name]> }
  : Value;

/** A decimal of dollars, such as `$0.01`, `0.01 USD` or 0.01; or atomic units of an asset. */
export type SdkPrice = string | number | { amount: string; asset: string; extra?: Record<string, unknown> };

export interface SdkCreationContext {
  paymentRequired: SdkPaymentRequired;
  selectedRequirements: SdkRequirements;
}

/** `before-handler`, `after-handler`: where in the flow a settlement stands. `cancel`: the handler failed. */
export type SdkSettlePhase = 'before-handler' | 'after-handler' | 'cancel';

export interface SdkSettleContext {
  readonly paymentPayload: Unchangeable<SdkPaymentPayload>;
  readonly requirements: Unchangeable<SdkRequirements>;
  readonly phase: SdkSettlePhase;
}
