import type { FieldProblem } from '#contracts';
import { z } from 'zod';
import type { FacilitatorRequest } from './facilitator-request.js';
import { atomicAmount, objectOf, readBy } from './fields.js';
import { sameName } from './rails.js';
import type { X402Reason } from './reasons.js';
import {
  recoverSigner,
  transferAuthorizationHash,
  type RecoverSigner,
  type TokenDomain,
} from './transfer-authorization.js';

const hex = (bytes: number) => {
  const message = `must be 0x and ${bytes * 2} hexadecimal digits`;
  return z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : message) })
    .regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`), message);
};

/** `signature` is looked at by `recoverSigner`: a smart wallet's is longer, and cannot be checked without a chain. */
const exactEvmPayloadSchema = objectOf({
  signature: z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a text') })
    .max(4096, 'is too long'),
  authorization: objectOf(
    {
      from: hex(20),
      to: hex(20),
      value: atomicAmount,
      validAfter: atomicAmount,
      validBefore: atomicAmount,
      nonce: hex(32),
    },
    'must be an authorization to transfer',
  ),
});

export type VerifiedTransfer =
  /** `payer` and `nonce` in lower case. With the network and the asset they are the payment's key: it is paid once. */
  | { ok: true; payer: string; nonce: string; valid_before: bigint; signed_hash: string }
  | { ok: false; reason: X402Reason; problems: FieldProblem[] };

/**
 * Whether the payload of an `exact` request on an `eip155` network authorizes just what is asked for, at `now` (unix seconds).
 * `recover` may be one that remembers: it is most of the cost. No chain is asked, so only accounts with a key can sign; whether the nonce was used is the book's to know.
 */
export function verifyExactEvm(
  request: FacilitatorRequest,
  now: bigint,
  recover: RecoverSigner = recoverSigner,
): VerifiedTransfer {
  const domain = tokenDomainOf(request);
  if (!domain) return refuse('invalid_network', 'paymentRequirements.network', 'settles no signed transfers');
  for (const name of ['name', 'version'] as const) {
    const said = (request.requirements['extra'] as Record<string, unknown> | null | undefined)?.[name];
    if (said !== undefined && said !== domain[name]) {
      return refuse('invalid_payment_requirements', `paymentRequirements.extra.${name}`, `must be ${domain[name]}`);
    }
  }
  const read = readBy(exactEvmPayloadSchema, request.payload, 'paymentPayload.payload');
  if (!read.ok) return { ok: false, reason: 'invalid_payload', problems: read.problems };
  const { signature, authorization } = read.value;
  const at = 'paymentPayload.payload';
  if (!sameName(authorization.to, request.payee)) {
    const reason = 'invalid_exact_evm_payload_recipient_mismatch';
    return refuse(reason, `${at}.authorization.to`, 'must be payTo');
  }
  if (authorization.value !== request.amount) {
    const reason = 'invalid_exact_evm_payload_authorization_value_mismatch';
    return refuse(reason, `${at}.authorization.value`, 'must be the amount that is required');
  }
  // Both bounds are outside the window, as in the token's contract.
  if (authorization.validAfter >= now) {
    const reason = 'invalid_exact_evm_payload_authorization_valid_after';
    return refuse(reason, `${at}.authorization.validAfter`, 'is not yet past');
  }
  if (authorization.validBefore <= now) {
    const reason = 'invalid_exact_evm_payload_authorization_valid_before';
    return refuse(reason, `${at}.authorization.validBefore`, 'is past');
  }
  const payer = authorization.from.toLowerCase();
  const hash = transferAuthorizationHash(domain, authorization);
  if (recover(hash, signature) !== payer) {
    const reason = 'invalid_exact_evm_payload_signature';
    return refuse(
      reason,
      `${at}.signature`,
      "must be the payer's, of this authorization for this token on this network",
    );
  }
  const nonce = authorization.nonce.toLowerCase();
  const signed_hash = Buffer.from(hash).toString('hex');
  return { ok: true, payer, nonce, valid_before: authorization.validBefore, signed_hash };
}

function refuse(reason: X402Reason, field: string, message: string): VerifiedTransfer & { ok: false } {
  return { ok: false, reason, problems: [{ field, message }] };
}

/** The rail's own domain: what the requirements say of it is compared with it, never believed. */
function tokenDomainOf({ network, scheme, asset }: FacilitatorRequest): TokenDomain | undefined {
  if (scheme !== 'exact' || !asset.token) return undefined;
  const { name, version, chain_id } = asset.token;
  const chain = chain_id ?? /^eip155:([1-9]\d{0,38})$/.exec(network)?.[1];
  return chain === undefined ? undefined : { name, version, chainId: BigInt(chain), verifyingContract: asset.name };
}
