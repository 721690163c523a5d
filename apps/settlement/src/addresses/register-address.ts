import {
  fingerprintSource,
  registerAddressSchema,
  renderAddressStep,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import type { RegisterAddress } from '#domain';
import { recoverTextSigner } from '#x402';
import { callerOf, commandHeader } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { done, expectKind, refuse } from '../refused.js';
import { keyOf, readBody } from '../requests.js';
import { addressText } from './address-text.js';
import { namedAgent } from './named-agent.js';

/** `POST /v1/agents/{agent}/addresses`: the address whose key signed the text is the agent's from now on. */
export async function registerAddress(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const { org } = callerOf(request);
  const { address, signature, expires, idempotency_key } = readBody(request, registerAddressSchema);
  const key = keyOf(request, idempotency_key);
  // Asked first: whoever may not see the agent costs no recovery of a signature.
  const { agent_id } = await namedAgent(parts, request);
  const text = addressText({ deployment: parts.issuer, org, agent_id, address, expires });
  if (recoverTextSigner(text, signature) !== address) refuse('address_signature_invalid');
  if (expires !== undefined && Date.parse(expires) <= Date.now())
    refuse('address_signature_invalid', { problems: [{ field: 'expires', message: 'is past' }] });
  const fields = { agent: agent_id, address };
  const command: RegisterAddress = {
    type: 'agent.register_address',
    ...commandHeader(request, key, fingerprintSource('agent.register_address', fields)),
    ...fields,
    proof: { signature, ...(expires === undefined ? {} : { expires }) },
  };
  const { event, position } = expectKind(await parts.owners.send(org, command), 'recorded');
  return done(renderAddressStep(event, position));
}
