import type { FieldProblem, JsonObject } from '#contracts';
import { sameJson } from './json-values.js';
import { flowOf, sameName } from './rails.js';
import type { X402Reason } from './reasons.js';
import type { PaymentRequirements } from './wire-v2.js';

export interface Disagreement {
  reason: X402Reason;
  problem: FieldProblem;
}

/**
 * Where what the payer accepted differs from what the server asks for, or undefined. Amounts are not compared here: what may
 * differ in them is the scheme's. The payer may add to `extra`, though not choose another flow by it.
 */
export function disagreementOf(accepted: PaymentRequirements, required: PaymentRequirements): Disagreement | undefined {
  if (accepted.scheme !== required.scheme) return differs('invalid_scheme', 'scheme');
  if (accepted.network !== required.network) return differs('invalid_network', 'network');
  if (!sameName(accepted.asset, required.asset)) return differs('invalid_payment_requirements', 'asset');
  if (!sameName(accepted.payTo, required.payTo)) return differs('invalid_payment_requirements', 'payTo');
  if (accepted.maxTimeoutSeconds !== required.maxTimeoutSeconds) {
    return differs('invalid_payment_requirements', 'maxTimeoutSeconds');
  }
  const changed = changedExtra(accepted.extra, required.extra);
  return changed === undefined ? undefined : differs('invalid_payment_requirements', changed);
}

function changedExtra(accepted: JsonObject = {}, required: JsonObject = {}): string | undefined {
  for (const [name, value] of Object.entries(required)) {
    if (!Object.hasOwn(accepted, name) || !sameJson(accepted[name], value)) return `extra.${name}`;
  }
  return flowOf(accepted) === flowOf(required) ? undefined : 'extra.paymentFlow';
}

function differs(reason: X402Reason, name: string): Disagreement {
  return {
    reason,
    problem: { field: `paymentPayload.accepted.${name}`, message: 'must be the same as in paymentRequirements' },
  };
}
