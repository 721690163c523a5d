import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createAgent, createMiddleware, DynamicStructuredTool } from 'langchain';
import type { BursarClient } from '#client';
import { remainingOf, type Buyer } from './bought.js';
import { buyingToolFields } from './langchain-tools.js';

/**
 * One answer of a model that may spend a budget on searches and pages.
 *
 *     const { messages } = await research(orchestrator, model, 'Three sentences on heat pumps.', '0.50');
 */
export async function research(orchestrator: BursarClient, model: BaseChatModel, prompt: string, budget: string) {
  const labels = { goal: 'heat-pumps', user: 'u-17' };
  const { session_id } = await orchestrator.sessions.open({ budget, agent_id: 'researcher', labels });
  const buyer = { client: orchestrator, agent_id: 'researcher', session_id };
  try {
    const buy = new DynamicStructuredTool(await buyingToolFields(buyer));
    const agent = createAgent({ model, tools: [buy], middleware: [enoughLeft(buyer, 0.05)] });
    return await agent.invoke({ messages: [{ role: 'user', content: prompt }] });
  } finally {
    await orchestrator.sessions.close(session_id);
  }
}

/** Ends the run where the session may spend less than `least`. It spares calls of the model; the budget is Bursar's. */
function enoughLeft(buyer: Buyer, least: number) {
  return createMiddleware({
    name: 'EnoughLeft',
    beforeModel: {
      canJumpTo: ['end'],
      hook: async () => ((await remainingOf(buyer)) < least ? { jumpTo: 'end' as const } : undefined),
    },
  });
}
