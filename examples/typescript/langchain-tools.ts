import type { z } from 'zod';
import { argumentsFor, bought, servicesOf, type Buyer } from './bought.js';

/** What LangChain.js gives to a tool as its last parameter. */
interface RunConfig {
  toolCall?: { id?: string };
  /** Read by nobody here: LangChain's type names no toolCall, and without a field of that type the compiler takes this for another. */
  tags?: string[];
}

/**
 * The fields of a structured tool of LangChain.js:
 *
 *     const buy = new DynamicStructuredTool(await buyingToolFields(buyer));
 *     const agent = createAgent({ model, tools: [buy] });
 */
export async function buyingToolFields(buyer: Buyer) {
  const services = await servicesOf(buyer);
  const schema = argumentsFor(services);
  return {
    name: 'buy',
    description: 'Searches the web or reads a page. It costs money.',
    schema,
    func: async ({ service, text }: z.output<typeof schema>, _runManager?: unknown, config?: RunConfig) =>
      bought(buyer, services.get(service)!, text, config?.toolCall?.id),
  };
}
