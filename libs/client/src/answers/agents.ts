import type { AgentAnswer, renderAgentStep } from '#contracts';
import type { Page } from './page.js';

export type AgentStepAnswer = ReturnType<typeof renderAgentStep>;
/** `token` is shown once; absent in the answer to a repeated key. */
export type TokenRotatedAnswer = Extract<AgentStepAnswer, { previous_token_until: unknown }>;

export interface AgentPage extends Page {
  agents: AgentAnswer[];
}
