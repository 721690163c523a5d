import { fingerprintSource, renderAddressStep, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { RemoveAddress } from '#domain';
import { callerOf, commandHeader } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { done, expectKind } from '../refused.js';
import { keyOf } from '../requests.js';

/** `DELETE /v1/agents/{agent}/addresses/{address}`: what its key has signed and is not settled yet pays no more. */
export async function removeAddress(
  { owners }: SettlementParts,
  request: SettlementRequest,
): Promise<SettlementAnswer> {
  const { org } = callerOf(request);
  const { agent = '', address = '' } = request.parameters ?? {};
  const fields = { agent, address: address.toLowerCase() };
  const command: RemoveAddress = {
    type: 'agent.remove_address',
    ...commandHeader(request, keyOf(request, undefined), fingerprintSource('agent.remove_address', fields)),
    ...fields,
  };
  const { event, position } = expectKind(await owners.send(org, command), 'recorded');
  return done(renderAddressStep(event, position));
}
