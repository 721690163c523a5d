import type { BookEvent } from '#domain';
import { z } from 'zod';

export const addressesAnswerSchema = z
  .strictObject({
    agent_id: z.string(),
    addresses: z.array(z.string()).meta({ description: 'In lower case, the oldest first.' }),
    text_to_sign: z.string().meta({
      description: 'Signed with the key of an address, in lower case in place of {address}, it registers the address.',
    }),
  })
  .meta({ id: 'Addresses' });
export type AddressesAnswer = z.output<typeof addressesAnswerSchema>;

export const addressStepSchema = z
  .strictObject({
    agent_id: z.string(),
    address: z.string(),
    status: z.enum(['registered', 'removed']),
    recorded_at: z.iso.datetime(),
    position: z.string(),
  })
  .meta({ id: 'AddressStep' });
export type AddressStepAnswer = z.output<typeof addressStepSchema>;

/** The answer to a registration and a removal, from the event alone. */
export function renderAddressStep(event: BookEvent, position: string): AddressStepAnswer {
  if (event.type !== 'agent.address_registered' && event.type !== 'agent.address_removed')
    throw new Error(`${event.type} is no step of an address`);
  const status = event.type === 'agent.address_registered' ? 'registered' : 'removed';
  return {
    agent_id: event.agent_id,
    address: event.address,
    status,
    recorded_at: new Date(event.time).toISOString(),
    position,
  };
}
