import { Command } from 'commander';
import type { PolicyChangeAnswer, PolicySimulation, SimulatePolicyRequest } from '#client';
import type { CommandContext } from '../command-context.js';
import { fields, table } from '../rendering/table.js';
import { jsonOrFile, wholeNumber } from './call-options.js';

type Draft = Pick<SimulatePolicyRequest, 'limits' | 'lists'>;

interface SimulateOptions {
  agent?: string;
  session?: string;
  from: string;
  to?: string;
}

export function policyCommand(context: CommandContext): Command {
  const simulate = new Command('simulate')
    .description('what a draft of limits and lists would have refused of recorded payments; changes nothing')
    .argument(
      '<file>',
      'JSON: {"limits": [{"of": "amount", "per": "day", "max": "5"}], "lists": {…}}',
      (path) => jsonOrFile(`@${path}`) as Draft,
    )
    .requiredOption('--from <time>', 'first day, such as 2026-01-31 (UTC), or a time with its zone')
    .option('--to <time>', 'the moment after the last one; default: now')
    .option('--agent <agent>', 'whose draft it is, with all agents below it; default: one of the whole org')
    .option('--session <session>', 'or that of a session and all below it')
    .action(async (draft: Draft, { agent, session, from, to }: SimulateOptions, command: Command) => {
      const scope = { ...(agent ? { agent_id: agent } : {}), ...(session ? { session_id: session } : {}) };
      const request = { ...draft, ...scope, from, ...(to ? { to } : {}) };
      context.show(command, await context.client(command).policies.simulate(request), simulationText);
    });
  const show = new Command('show')
    .description('what was set by the event that gave rules their version')
    .argument('<version>', 'policy_version of a payment, an agent, a session or the org', wholeNumber)
    .action(async (version: number, _options: object, command: Command) => {
      context.show(command, await context.client(command).policies.get(version), changeText);
    });
  return new Command('policy')
    .description('limits and lists before they are set, and what was set when')
    .addCommand(simulate)
    .addCommand(show);
}

function changeText({ policy_version, type, scope, rules, by, recorded_at, position }: PolicyChangeAnswer): string {
  return fields([
    ['policy version', policy_version.toString()],
    ['event', type],
    ['of', `${scope.kind} ${scope.id}`],
    ...Object.entries(rules).map(([name, rule]): [string, string | undefined] => [
      name,
      rule === undefined ? undefined : JSON.stringify(rule),
    ]),
    ['by', by],
    ['recorded at', recorded_at],
    ['position', position],
  ]);
}

function simulationText(simulation: PolicySimulation): string {
  const { judged, would_refuse, would_pass, rules, complete, judged_until } = simulation;
  const sum = `Of ${judged} payments the draft would have refused ${would_refuse}, and let pass ${would_pass} that were refused.`;
  const rows = rules.map(({ rule, payments, amount, currency }) => [rule, String(payments), amount, currency]);
  const byRule = rows.length === 0 ? [] : [table(['rule', 'payments', 'amount', 'currency'], rows)];
  const rest = complete ? [] : [`The log was too long for one call; judged until ${judged_until}.`];
  return [sum, ...byRule, ...rest].join('\n');
}
