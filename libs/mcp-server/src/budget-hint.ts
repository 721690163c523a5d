import type { AgentSpendAnswer, SessionAnswer } from '#client';
import type { ToolContext } from './tool.js';

/** Below this part of a budget a model is told: it can still plan for what is left. */
const SCARCE = 0.15;

/** The figures of who calls, from the book itself. */
export interface Budgets {
  agent?: AgentSpendAnswer;
  session?: SessionAnswer;
}

/** Reads what the caller may still spend; `session_id` where a call names another session than the credential. */
export async function budgetsOf({ client, caller, signal }: ToolContext, session_id?: string): Promise<Budgets> {
  const id = session_id ?? caller.session_id;
  const [agent, session] = await Promise.all([
    caller.agent_id === undefined ? undefined : client.agents.spend(caller.agent_id, { signal }),
    id === undefined ? undefined : client.sessions.get(id, { signal }),
  ]);
  return { agent, session };
}

/** Each budget of which less than 15 % is left, in a sentence. */
export function hintsOf({ agent, session }: Budgets): string[] {
  const hints: string[] = [];
  if (session && isScarce(session.remaining_exact, session.budget_exact)) {
    const { remaining_exact, budget_exact, currency, session_id } = session;
    hints.push(`Only ${remaining_exact} of ${budget_exact} ${currency} is left in session ${session_id}.`);
  }
  for (const limit of agent?.limits ?? []) {
    const { per, currency } = limit;
    if (per === 'payment' || !isScarce(limit.remaining, limit.max)) continue;
    const what = limit.of === 'count' ? 'payments' : currency;
    const only = [limit.service, limit.payee].find((each) => each !== undefined);
    const when = typeof per === 'string' ? per : `${per.rolling_seconds} seconds`;
    const again = limit.resets_at ? `, until ${limit.resets_at}` : '';
    const to = only === undefined ? '' : ` to ${only}`;
    hints.push(
      `Only ${limit.remaining} of ${limit.max} ${what} per ${when} is left for agent ${agent!.handle}${to}${again}.`,
    );
  }
  return hints;
}

/** Only a hint: nothing is decided by it, so floats will do. */
function isScarce(remaining: number | string, whole: number | string): boolean {
  return Number(whole) > 0 && Number(remaining) < Number(whole) * SCARCE;
}

/**
 * The hint to give beside a payment that was made; none where the figures cannot be read, since a payment must not look failed
 * for want of a hint.
 */
export async function hintAfter(context: ToolContext, session_id?: string): Promise<{ hint?: string }> {
  try {
    const hints = hintsOf(await budgetsOf(context, session_id));
    return hints.length === 0 ? {} : { hint: hints.join(' ') };
  } catch {
    return {};
  }
}
