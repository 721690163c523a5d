import type { AgentAnswer, AgentRegisteredAnswer, AgentSpendAnswer, AgentStepAnswer, ScopedAgentAnswer } from '#client';
import { fields, table } from './table.js';

type Limit = AgentAnswer['limits'][number];

export function registeredText(agent: AgentRegisteredAnswer): string {
  const { spending_cap: cap } = agent;
  const lines = fields([
    ['agent', agent.handle],
    ['id', agent.agent_id],
    ['token', agent.token],
    ['revocation', agent.revocation_id],
    ['lifetime cap', cap && `${cap.amount_exact} ${cap.currency}`],
    ['per payment', usd(agent.per_tx_limit_exact)],
    ['per day', usd(agent.daily_cap_exact)],
    ['protocols', agent.protocols?.join(', ')],
    ['funding', agent.funding],
  ]);
  const note =
    agent.token === undefined
      ? 'It was registered by an earlier call with this key. Its token is not shown again: rotate it where it was lost.'
      : 'The token is shown this once: keep it.';
  return `${lines}\n\n${note}`;
}

export function scopedText(scoped: ScopedAgentAnswer): string {
  return fields([
    ['scoped agent', scoped.scoped_agent_id],
    ['handle', scoped.handle],
    ['of', scoped.agent_id],
    ['limit', usd(scoped.limit_usd_exact)],
    ...Object.entries(scoped.labels),
  ]);
}

export function agentText(agent: AgentAnswer): string {
  const lines = fields([
    ['agent', agent.handle],
    ['id', agent.agent_id],
    ['status', statusText(agent)],
    ['origin', agent.origin],
    ['parent', agent.parent_agent_id],
    ['revocation', agent.revocation_id],
    ['protocols', agent.protocols?.join(', ')],
    ['funding', agent.funding],
    ...rulesOf(agent),
    ...agent.totals.map(
      ({ currency, spent_exact, held_exact }) =>
        ['spent', `${spent_exact} ${currency}, held ${held_exact} ${currency}`] as const,
    ),
  ]);
  return [lines, limitsText(agent.limits)].filter((text) => text !== '').join('\n\n');
}

export function agentsTable(agents: readonly AgentAnswer[]): string {
  return table(
    ['agent', 'id', 'status', 'spent', 'held', 'currency', 'lifetime cap', 'per payment', 'per day'],
    agents.flatMap((agent) => {
      const { spending_cap: cap, per_tx_limit_exact: each, daily_cap_exact: daily } = agent;
      const limits = [cap && `${cap.amount_exact} ${cap.currency}`, each, daily];
      const [first = { currency: 'USD', spent_exact: '0', held_exact: '0' }, ...others] = agent.totals;
      const row = [agent.handle, agent.agent_id, agent.status, first.spent_exact, first.held_exact, first.currency];
      // A line for each other currency, under it.
      const more = others.map(({ currency, spent_exact, held_exact }) => [
        '',
        '',
        '',
        spent_exact,
        held_exact,
        currency,
      ]);
      return [[...row, ...limits], ...more.map((line) => [...line, '', '', ''])];
    }),
  );
}

export function spendText(spend: AgentSpendAnswer): string {
  const lines = fields([
    ['agent', spend.handle],
    ['status', spend.status],
    ['spent', usd(spend.spent_usd_exact)],
    ['held', usd(spend.held_usd_exact)],
    ['cap', usd(spend.cap_usd_exact) ?? 'none'],
    ['remaining', usd(spend.remaining_usd_exact) ?? 'no limit'],
  ]);
  return [lines, limitsText(spend.limits)].filter((text) => text !== '').join('\n\n');
}

export function agentStepText(step: AgentStepAnswer): string {
  return fields([
    ['agent', step.agent_id],
    ['status', 'status' in step ? step.status : undefined],
    ['token', 'token' in step ? step.token : undefined],
    ['recorded at', step.recorded_at],
    ['position', step.position],
  ]);
}

/** Lists and breakers as they are set: they have no shorter form. */
function rulesOf({ lists, approval_above: above, breakers }: AgentAnswer): [string, string | null][] {
  return [
    ['approval above', above && `${above.amount_exact} ${above.currency}`],
    ['lists', lists && JSON.stringify(lists)],
    ['breakers', breakers && JSON.stringify(breakers)],
  ];
}

function statusText({ status, status_reason: reason }: AgentAnswer): string {
  return reason === undefined || reason === '' ? status : `${status} (${reason})`;
}

export function limitsText(limits: readonly Limit[]): string {
  if (limits.length === 0) return 'No limits.';
  return table(
    ['limit', 'max', 'spent', 'held', 'remaining', 'over by', 'resets at'],
    limits.map((limit) => [
      limit.id,
      exact(limit, 'max'),
      exact(limit, 'spent'),
      exact(limit, 'held'),
      exact(limit, 'remaining'),
      exact(limit, 'over_by'),
      limit.resets_at,
    ]),
  );
}

/** The exact twin of an amount; a count of payments has none. */
function exact(limit: Limit, name: 'max' | 'spent' | 'held' | 'remaining' | 'over_by'): string | number | undefined {
  const figures = limit as Partial<Record<string, string | number>>;
  return figures[`${name}_exact`] ?? figures[name];
}

function usd(amount: string | null): string | null {
  return amount === null ? null : `${amount} USD`;
}
