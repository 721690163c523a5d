import { BursarError, type BursarClient } from '#client';
import { z } from 'zod';

/** Who buys, and out of which budget. */
export interface Buyer {
  client: BursarClient;
  agent_id: string;
  session_id: string;
}

/** What can be bought with one text, by name: a search, news, or a page to read. */
export async function servicesOf({ client }: Buyer) {
  const { services } = await client.services.list();
  const kinds = ['search', 'news', 'reading'];
  return new Map(
    services.filter(({ enabled, category }) => enabled && kinds.includes(category)).map((each) => [each.name, each]),
  );
}

/** The arguments of the tool: `service` is an enum of what is enabled, so a model can ask for nothing else. */
export function argumentsFor(services: ReadonlyMap<string, unknown>) {
  return z.object({
    service: z.enum([...services.keys()] as [string, ...string[]]).describe('Which service to pay.'),
    text: z.string().min(1).describe('What to search for; for a reading service an address.'),
  });
}

/**
 * Buys one call, under the key of the tool call: a framework that runs the same call again gets the same answer and pays once. A
 * refusal is text for the model, since a model can take a cheaper service or stop, and an exception would end the run.
 */
export async function bought(
  buyer: Buyer,
  service: { name: string; category: string; max_credits_recommended: string },
  text: string,
  tool_call_id: string | undefined,
): Promise<string> {
  const { client, agent_id, session_id } = buyer;
  try {
    const answer = await client.pay({
      service: service.name,
      payload: service.category === 'reading' ? { url: text } : { query: text },
      max_credits: service.max_credits_recommended,
      agent_id,
      session_id,
      // Of this session: other runs count their calls from the beginning too.
      ...(tool_call_id === undefined ? {} : { idempotency_key: `${session_id}:${tool_call_id}` }),
    });
    return JSON.stringify(answer);
  } catch (error) {
    if (!(error instanceof BursarError)) throw error;
    return `Not bought: ${error.code}. ${error.message} ${error.action}`;
  }
}

/** What the session may still spend, as a number of credits. */
export async function remainingOf({ client, session_id }: Buyer): Promise<number> {
  return (await client.sessions.get(session_id)).remaining;
}
