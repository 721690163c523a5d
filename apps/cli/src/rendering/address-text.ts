import type { AddressesAnswer, AddressStepAnswer } from '#client';
import { fields } from './table.js';

/** The text stands at the end and as it is, since it is signed to the byte. */
export function addressesText({ agent_id, addresses, text_to_sign }: AddressesAnswer): string {
  const lines = fields([['agent', agent_id], ...addresses.map((address) => ['address', address] as const)]);
  return `${lines}\n\nTo be signed for another, with the address in lower case in place of {address}:\n\n${text_to_sign}`;
}

export function addressStepText(step: AddressStepAnswer): string {
  return fields([
    ['agent', step.agent_id],
    ['address', step.address],
    ['status', step.status],
    ['recorded at', step.recorded_at],
    ['position', step.position],
  ]);
}
