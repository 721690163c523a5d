import { isJsonObject, JsonNumber, WHOLE_BODY, type FieldProblem, type JsonObject } from '#contracts';
import { amountFault } from './accepted-requirement.js';
import { disagreementOf } from './agreement.js';
import {
  refuseField,
  refuseRequest,
  type FacilitatorCall,
  type FacilitatorRequest,
  type VerifiedRequest,
} from './facilitator-request.js';
import { readBy } from './fields.js';
import { fitsBounds } from './json-values.js';
import { paymentIdentifierOf } from './payment-identifier.js';
import { findAsset, findRail, findScheme, flowOf, type Rail } from './rails.js';
import type { X402Reason } from './reasons.js';
import { paymentPayloadV1Schema, requirementsV1Schema } from './wire-v1.js';
import { paymentPayloadSchema, requirementsSchema } from './wire-v2.js';

type Refusal = VerifiedRequest & { ok: false };

/**
 * Whether the payload and the requirements of a facilitator's call `{x402Version, paymentPayload, paymentRequirements}` are
 * whole, agree with each other and ask for something that is settled here. Pure: whether the payload's token or signature is
 * good, and whether there is money, is asked afterwards.
 */
export function verifyRequest(value: unknown, call: FacilitatorCall, rails: readonly Rail[]): VerifiedRequest {
  if (!isJsonObject(value) || !fitsBounds(value)) {
    return refuseField(
      'invalid_payload',
      WHOLE_BODY,
      'must be a JSON object that is not too large or nested too deeply',
    );
  }
  const { x402Version: version, paymentPayload: payload, paymentRequirements: required } = value;
  const named = version instanceof JsonNumber ? version.text : undefined;
  if (named !== '1' && named !== '2') return refuseField('invalid_x402_version', 'x402Version', 'must be 1 or 2');
  if (!isJsonObject(payload)) return refuseField('invalid_payload', 'paymentPayload', 'must be a JSON object');
  const inner = payload['x402Version'];
  if (!(inner instanceof JsonNumber) || inner.text !== named) {
    return refuseField('invalid_x402_version', 'paymentPayload.x402Version', `must be ${named}, as x402Version is`);
  }
  if (!isJsonObject(required)) {
    return refuseField('invalid_payment_requirements', 'paymentRequirements', 'must be a JSON object');
  }
  return named === '2' ? verifyV2(payload, required, call, rails) : verifyV1(payload, required, call, rails);
}

function verifyV2(
  payload: JsonObject,
  required: JsonObject,
  call: FacilitatorCall,
  rails: readonly Rail[],
): VerifiedRequest {
  const paid = readBy(paymentPayloadSchema, payload, 'paymentPayload');
  if (!paid.ok) return refuseRequest('invalid_payload', paid.problems);
  const asked = readBy(requirementsSchema, required, 'paymentRequirements');
  if (!asked.ok) return refuseRequest(reasonOf(asked.problems), asked.problems);
  const { accepted, resource, extensions } = paid.value;
  const disagreement = disagreementOf(accepted, asked.value);
  if (disagreement) return refuseRequest(disagreement.reason, [disagreement.problem]);
  const reference = paymentIdentifierOf(extensions, 'paymentPayload.extensions');
  if (!reference.ok) return refuseRequest('invalid_payload', [reference.problem]);
  const terms = settledHere(asked.value, rails);
  if (!terms.ok) return terms;

  const { amount, payTo, maxTimeoutSeconds } = asked.value;
  const most = accepted.amount;
  const partial = terms.scheme === 'upto' && call === 'settle';
  // Whoever is paid may always settle for nothing, which gives the hold back.
  const released = call === 'settle' && amount === 0n;
  if (partial ? amount > most : amount !== most && !released) {
    const message = partial ? 'must be at most what was accepted' : 'must be what was accepted';
    return refuseField('invalid_payment_requirements', 'paymentRequirements.amount', message);
  }
  const fault = amountFault(most);
  if (fault) return refuseField('invalid_payment_requirements', 'paymentPayload.accepted.amount', fault);
  const { scheme, flow, asset } = terms;
  const request: FacilitatorRequest = {
    wire: 2,
    scheme,
    flow,
    network: asked.value.network,
    asset,
    amount,
    authorized: most,
    payee: payTo,
    timeout_seconds: maxTimeoutSeconds,
    payload: paid.value.payload,
    resource: resource?.url,
    resource_info: resource,
    extensions,
    reference: reference.reference,
    requirements: required,
  };
  return { ok: true, request };
}

function verifyV1(
  payload: JsonObject,
  required: JsonObject,
  call: FacilitatorCall,
  rails: readonly Rail[],
): VerifiedRequest {
  const paid = readBy(paymentPayloadV1Schema, payload, 'paymentPayload');
  if (!paid.ok) return refuseRequest('invalid_payload', paid.problems);
  const asked = readBy(requirementsV1Schema, required, 'paymentRequirements');
  if (!asked.ok) return refuseRequest(reasonOf(asked.problems), asked.problems);
  const message = 'must be the same as in paymentRequirements';
  if (paid.value.scheme !== asked.value.scheme) return refuseField('invalid_scheme', 'paymentPayload.scheme', message);
  if (paid.value.network !== asked.value.network) {
    return refuseField('invalid_network', 'paymentPayload.network', message);
  }
  const terms = settledHere(asked.value, rails);
  if (!terms.ok) return terms;

  const { maxAmountRequired: amount, payTo, maxTimeoutSeconds, resource } = asked.value;
  const released = call === 'settle' && amount === 0n;
  const fault = released ? undefined : amountFault(amount);
  if (fault) {
    return refuseField('invalid_payment_requirements', 'paymentRequirements.maxAmountRequired', fault);
  }
  const { scheme, flow, asset } = terms;
  const request: FacilitatorRequest = {
    wire: 1,
    scheme,
    flow,
    network: asked.value.network,
    asset,
    amount,
    payee: payTo,
    timeout_seconds: maxTimeoutSeconds,
    payload: paid.value.payload,
    resource,
    requirements: required,
  };
  return { ok: true, request };
}

type Terms = { ok: true } & Pick<FacilitatorRequest, 'scheme' | 'flow' | 'asset'>;

/** The scheme, flow and asset of ours that requirements name. */
function settledHere(
  required: { network: string; scheme: string; asset: string; extra?: JsonObject | undefined },
  rails: readonly Rail[],
): Terms | Refusal {
  const at = 'paymentRequirements';
  const rail = findRail(rails, required.network);
  if (!rail) return refuseField('invalid_network', `${at}.network`, 'is no network that is settled here');
  const scheme = findScheme(rail, required.scheme);
  if (!scheme) return refuseField('unsupported_scheme', `${at}.scheme`, 'is no scheme of this network');
  const asset = findAsset(rail, required.asset);
  if (!asset) return refuseField('invalid_payment_requirements', `${at}.asset`, 'is no asset of this network');
  const flow = flowOf(required.extra);
  if (!flow) return refuseField('invalid_payment_requirements', `${at}.extra.paymentFlow`, 'is not known');
  return { ok: true, scheme, flow, asset };
}

/** Requirements whose scheme or network cannot even be read have reasons of their own. */
function reasonOf(problems: readonly FieldProblem[]): X402Reason {
  const field = problems[0]?.field;
  if (field === 'paymentRequirements.scheme') return 'invalid_scheme';
  return field === 'paymentRequirements.network' ? 'invalid_network' : 'invalid_payment_requirements';
}
