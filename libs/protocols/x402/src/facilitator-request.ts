import type { FieldProblem, JsonObject } from '#contracts';
import type { PaymentFlow, RailAsset, Scheme } from './rails.js';
import type { X402Reason } from './reasons.js';
import type { ResourceInfo } from './wire-v2.js';

/** The same body comes to both; only at the settling of `upto` may the amount be less than what was authorized, or 0. */
export type FacilitatorCall = 'verify' | 'settle';

/** A facilitator's call whose payload and requirements agree, in one form for both wires. What the payload proves is not known yet. */
export interface FacilitatorRequest {
  wire: 1 | 2;
  scheme: Scheme;
  flow: PaymentFlow;
  network: string;
  asset: RailAsset;
  /** What is to be charged, in atomic units. */
  amount: bigint;
  /** The most that the payer agreed to. v1 names no amount of the payer's, so there the payload alone tells. */
  authorized?: bigint;
  payee: string;
  timeout_seconds: number;
  /** The scheme's own part: a token, or an authorization with its signature. */
  payload: JsonObject;
  /** As the payer (v2) or the resource's server (v1) says. */
  resource?: string;
  /** v2: all that is said of it, and the extensions, as the payer echoes them; nothing of it is proven. */
  resource_info?: ResourceInfo;
  extensions?: JsonObject;
  /** The payer's `payment-identifier`. */
  reference?: string;
  /** As they came. */
  requirements: JsonObject;
}

export type VerifiedRequest =
  { ok: true; request: FacilitatorRequest } | { ok: false; reason: X402Reason; problems: FieldProblem[] };

export function refuseRequest(reason: X402Reason, problems: FieldProblem[]): VerifiedRequest & { ok: false } {
  return { ok: false, reason, problems };
}

export function refuseField(reason: X402Reason, field: string, message: string): VerifiedRequest & { ok: false } {
  return refuseRequest(reason, [{ field, message }]);
}
