import { z } from 'zod';
import { fetchWithBudget, PaidFetchError, RefusedError, type BursarClient } from '#client';
import { argumentsFor, bought, remainingOf, servicesOf, type Buyer } from './bought.js';

/** What the Vercel AI SDK gives to a tool beside its input. */
interface ToolCall {
  toolCallId: string;
}

/**
 * Tools of the Vercel AI SDK, as they stand (version 5; in version 4 `inputSchema` is called `parameters`):
 *
 *     const tools = await buyingTools(buyer);
 *     await generateText({ model, prompt, tools, stopWhen: [stepCountIs(20), spentBelow(buyer, 0.05)] });
 */
export async function buyingTools(buyer: Buyer) {
  const services = await servicesOf(buyer);
  const inputSchema = argumentsFor(services);
  return {
    buy: {
      description: 'Searches the web or reads a page. It costs money.',
      inputSchema,
      execute: async ({ service, text }: z.output<typeof inputSchema>, { toolCallId }: ToolCall) =>
        bought(buyer, services.get(service)!, text, toolCallId),
    },
    remaining: {
      description: 'How many credits may still be spent.',
      inputSchema: z.object({}),
      execute: async () => String(await remainingOf(buyer)),
    },
  };
}

const pageSchema = z.object({ url: z.url().describe('The address of a page, which may cost money.') });

/** A tool that fetches pages and pays for them by 402. The client has the token of the agent that pays. */
export function fetchTool(client: BursarClient, session_id: string, max_per_request: string) {
  const paidFetch = fetchWithBudget(client, { session: session_id, max_per_request });
  return {
    description: 'Fetches a page and pays for it where it asks for money.',
    inputSchema: pageSchema,
    execute: async ({ url }: z.output<typeof pageSchema>) => {
      try {
        const page = await paidFetch(url);
        return page.ok ? await page.text() : `GET ${url} was answered ${page.status}`;
      } catch (error) {
        if (error instanceof PaidFetchError || error instanceof RefusedError) return `Not fetched: ${error.message}`;
        throw error;
      }
    },
  };
}

/** A condition of `stopWhen`: true when the session may spend less than `least`. It spares calls of the model; the budget is Bursar's. */
export function spentBelow(buyer: Buyer, least: number) {
  return async (): Promise<boolean> => (await remainingOf(buyer)) < least;
}
