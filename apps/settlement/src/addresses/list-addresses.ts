import type { AddressesAnswer, SettlementAnswer, SettlementRequest } from '#contracts';
import { callerOf } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { done } from '../refused.js';
import { addressText } from './address-text.js';
import { namedAgent } from './named-agent.js';

/** `GET /v1/agents/{agent}/addresses`: what the agent has, and what is to be signed for another. */
export async function listAddresses(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const { agent_id, addresses = [] } = await namedAgent(parts, request);
  const { org } = callerOf(request);
  const answer: AddressesAnswer = {
    agent_id,
    addresses: [...addresses],
    text_to_sign: addressText({ deployment: parts.issuer, org, agent_id, address: '{address}' }),
  };
  return done(answer);
}
