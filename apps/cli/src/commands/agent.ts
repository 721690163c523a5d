import { Command } from 'commander';
import type { AgentsQuery, RegisterAgentRequest } from '#client';
import type { CommandContext } from '../command-context.js';
import { agentsTable, agentText, registeredText, scopedText, spendText } from '../rendering/agent-text.js';
import { limitsOf, withLimits, type LimitOptions } from './agent-limits.js';
import { AGENT, freeze, revoke, rotateToken, unfreeze } from './agent-steps.js';
import { callOptions, collectLabel, idempotencyKeyOption, type KeyedOptions } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

interface ScopeOptions extends KeyedOptions {
  label?: string;
  labels?: Record<string, string>;
}

export function agentCommand(context: CommandContext): Command {
  const agent = new Command('agent').description('payment identities of agents');
  for (const command of [create, get, spend, scope, set, freeze, unfreeze, revoke, rotateToken, list])
    agent.addCommand(command(context));
  return agent;
}

function create(context: CommandContext): Command {
  return withLimits(new Command('create'))
    .description('register an agent with the limits it is given and no others; shows its token once')
    .argument('<handle>')
    .option('--parent <agent>', 'agent above it, whose limits count too')
    .addOption(idempotencyKeyOption())
    .action(async (handle: string, options: LimitOptions & KeyedOptions & { parent?: string }, command: Command) => {
      const request = { handle, ...limitsOf(options), parent_agent_id: options.parent } as RegisterAgentRequest;
      const answer = await context.client(command).agents.create(request, callOptions(options));
      context.show(command, answer, registeredText);
    });
}

function get(context: CommandContext): Command {
  return new Command('get')
    .description('an agent and its limits now')
    .argument(...AGENT)
    .action(async (name: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).agents.get(name), agentText);
    });
}

function spend(context: CommandContext): Command {
  return new Command('spend')
    .description('what an agent has spent of what it may')
    .argument(...AGENT)
    .action(async (name: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).agents.spend(name), spendText);
    });
}

function scope(context: CommandContext): Command {
  return new Command('scope')
    .description('make an agent that can spend at most the limit in the name of another')
    .argument(...AGENT)
    .argument('<limit>', 'in USD')
    .option('--label <label>', 'everything it spends carries it')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, limit: string, options: ScopeOptions, command: Command) => {
      const request = { agent_id: name, limit_usd: limit, label: options.label, labels: options.labels };
      context.show(command, await context.client(command).agents.scope(request, callOptions(options)), scopedText);
    });
}

function set(context: CommandContext): Command {
  return withLimits(new Command('set'))
    .description('change limits at run time; `none` lifts one')
    .argument(...AGENT)
    .action(async (name: string, options: LimitOptions, command: Command) => {
      context.show(command, await context.client(command).agents.patch(name, limitsOf(options)), agentText);
    });
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('agents with what they have spent and what is left; `report spend` says what they earned')
    .option('--status <status>', 'active, frozen or revoked')
    .option('--parent <agent>', 'only those directly below this one')
    .addOption(limitOption())
    .action(async (options: ListingOptions & Pick<AgentsQuery, 'status' | 'parent'>, command: Command) => {
      const { status, parent } = options;
      const found = context.client(command).agents.each({ status, parent, limit: pageOf(options) });
      const agents = await firstOf(context, found, options);
      context.show(command, { agents }, () => agentsTable(agents));
    });
}
