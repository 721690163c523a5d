import { generateText, stepCountIs, type LanguageModel } from 'ai';
import type { BursarClient } from '#client';
import { buyingTools, fetchTool, spentBelow } from './ai-sdk-tools.js';

/** Who opens the budget, with an org key, and who pays at a 402, with the token of the agent `researcher`. */
interface Clients {
  orchestrator: BursarClient;
  researcher: BursarClient;
}

/**
 * One answer of a model that may spend a budget: on searches, on pages, and at a 402.
 *
 *     const { text } = await research({ orchestrator, researcher }, 'openai/gpt-4o-mini', 'Three sentences on heat pumps.', '0.50');
 */
export async function research(
  { orchestrator, researcher }: Clients,
  model: LanguageModel,
  prompt: string,
  budget: string,
) {
  const labels = { goal: 'heat-pumps', user: 'u-17' };
  const { session_id } = await orchestrator.sessions.open({ budget, agent_id: 'researcher', labels });
  const buyer = { client: orchestrator, agent_id: 'researcher', session_id };
  try {
    return await generateText({
      model,
      prompt,
      tools: { ...(await buyingTools(buyer)), fetch: fetchTool(researcher, session_id, '0.10') },
      stopWhen: [stepCountIs(20), spentBelow(buyer, 0.05)],
    });
  } finally {
    await orchestrator.sessions.close(session_id);
  }
}
