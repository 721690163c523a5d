import { type SettlementRequest } from '#contracts';
import type { TransferSigned } from '#domain';
import { verifyExactEvm, type FacilitatorRequest } from '#x402';
import { findRegistrations } from '../addresses/find-registrations.js';
import { AUTHORIZATION_MAXIMUM_MS } from '../addresses/registration.js';
import { callerOf } from '../owners/command-header.js';
import { payeeCredential } from '../owners/payee-credential.js';
import type { SettlementParts } from '../ports.js';
import { CallFailed, fail, type Failure } from './facilitator-call.js';

/** What the payer's book is asked about a transfer that an EVM wallet has signed; `known` learns what is known by the way. */
export type SignedTransfer = Omit<TransferSigned, 'type' | 'key' | 'fingerprint'>;

/** Whether the payload brings an authorization with its signature, and not one of our tokens. */
export function isSigned({ asset, payload }: FacilitatorRequest): boolean {
  return asset.token !== undefined && payload['token'] === undefined;
}

/** Verifies what was signed, and finds whose addresses these are. Whether it may be paid, and was not before, the book knows. */
export async function readSignedTransfer(
  parts: SettlementParts,
  request: SettlementRequest,
  asked: FacilitatorRequest,
  known: Partial<Failure>,
): Promise<SignedTransfer> {
  const caller = callerOf(request);
  const { network, amount, asset } = asked;
  if (asked.flow === 'escrow')
    fail('invalid_payment_requirements', 'what a wallet signs is settled at once, and held for nobody');
  const now = Date.now();
  const verified = verifyExactEvm(asked, BigInt(Math.floor(now / 1000)), parts.recoverSigner);
  if (!verified.ok) {
    const message = verified.problems.map((problem) => `${problem.field} ${problem.message}`).join('; ');
    return fail(verified.reason, message.slice(0, 500));
  }
  known.payer = verified.payer;
  if (verified.valid_before * 1000n > BigInt(now + AUTHORIZATION_MAXIMUM_MS))
    fail('invalid_exact_evm_payload_authorization_valid_before', 'validBefore must be within a day from now');
  const address = asked.payee.toLowerCase();
  const [payer, payee] = await findRegistrations(parts, [verified.payer, address]);
  if (!payer) return fail('address_not_registered', 'the payer’s address is no agent’s');
  if (!payee) return fail('payee_not_found', 'payTo is no agent’s address');
  if (payer.pays_from > now)
    throw new CallFailed({ reason: 'address_moved', message: 'another organization had the address', outcome: 'ok' });
  const { fresh_id, deadline } = request;
  const aud = `${payee.org}/${payee.agent_id}`;
  return {
    org: payer.org,
    credential: { subject: payer.agent_id, proven_by: 'settlement', address: verified.payer },
    fresh_id,
    deadline,
    authorization: { network, token: asset.name, nonce: verified.nonce },
    redeemer: await payeeCredential(parts, caller, { org: payer.org, aud }, deadline),
    payee: { agent: payee.agent_id, org: payee.org, address },
    amount,
    asset: asset.asset,
    terms_hash: verified.signed_hash,
  };
}
