import { z } from 'zod';
import { budgetsOf, hintsOf } from '../budget-hint.js';
import { defineTool } from '../tool.js';

const figures = {
  currency: z.string(),
  spent: z.string(),
  held: z.string(),
};

export const balance = defineTool({
  name: 'balance',
  title: 'What may still be spent',
  description:
    'Says what your agent has spent of its limits and what is left, and what is left of the session’s budget, as they are at this moment.',
  input: z.strictObject({
    session_id: z.string().min(1).optional().meta({ description: 'Default: the session of the credential.' }),
  }),
  output: z.looseObject({
    agent: z
      .looseObject({
        agent_id: z.string(),
        handle: z.string(),
        status: z.string(),
        ...figures,
        cap: z.string().nullable().meta({ description: 'For its whole life; null where there is none.' }),
        remaining: z.string().nullable().meta({ description: 'The least that any limit leaves; null: no limit.' }),
        limits: z.array(z.looseObject({})),
      })
      .nullable(),
    session: z
      .looseObject({
        session_id: z.string(),
        status: z.string(),
        ...figures,
        budget: z.string(),
        remaining: z.string(),
        expires_at: z.string().nullable(),
      })
      .nullable(),
    hints: z.array(z.string()).meta({ description: 'Budgets that are nearly used up.' }),
  }),
  reads_only: true,
  async run({ session_id }, context) {
    const budgets = await budgetsOf(context, session_id);
    const { agent, session } = budgets;
    return {
      agent: agent
        ? {
            agent_id: agent.agent_id,
            handle: agent.handle,
            status: agent.status,
            currency: agent.currency,
            spent: agent.spent_usd_exact,
            held: agent.held_usd_exact,
            cap: agent.cap_usd_exact,
            remaining: agent.remaining_usd_exact,
            limits: agent.limits,
          }
        : null,
      session: session
        ? {
            session_id: session.session_id,
            status: session.status,
            currency: session.currency,
            spent: session.spent_exact,
            held: session.held_exact,
            budget: session.budget_exact,
            remaining: session.remaining_exact,
            expires_at: session.expires_at,
          }
        : null,
      hints: hintsOf(budgets),
    };
  },
});
