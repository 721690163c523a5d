import { Command } from 'commander';
import type { AgentProtocol, ChangeAgentRequest, RegisterAgentRequest, SpendRow } from '#client';
import type { CommandContext } from '../command-context.js';
import { CommandFailed, EXIT } from '../exit-codes.js';
import { agentStepText, agentText, registeredText, scopedText, spendText } from '../rendering/agent-text.js';
import { table } from '../rendering/table.js';
import { callOptions, collectLabel, idempotencyKeyOption, type KeyedOptions } from './call-options.js';

const AGENT = ['<agent>', 'handle or id'] as const;

interface LimitOptions {
  cap?: string;
  perPayment?: string;
  daily?: string;
  currency?: string;
  protocols?: string;
  funding?: 'treasury' | 'own';
}

interface ScopeOptions extends KeyedOptions {
  label?: string;
  labels?: Record<string, string>;
}

export function agentCommand(context: CommandContext): Command {
  const agent = new Command('agent').description('payment identities of agents');
  for (const command of [create, get, spend, scope, set, freeze, unfreeze, revoke, list])
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

function freeze(context: CommandContext): Command {
  return new Command('freeze')
    .description('let nothing more pass, and void undispatched holds')
    .argument(...AGENT)
    .option('--reason <text>', 'stands in the log for ever: no place for personal data')
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions & { reason?: string }, command: Command) => {
      const { reason } = options;
      const answer = await context.client(command).agents.freeze(name, { reason }, callOptions(options));
      context.show(command, answer, agentStepText);
    });
}

function unfreeze(context: CommandContext): Command {
  return new Command('unfreeze')
    .description('let a frozen agent pay again')
    .argument(...AGENT)
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).agents.unfreeze(name, callOptions(options));
      context.show(command, answer, agentStepText);
    });
}

function revoke(context: CommandContext): Command {
  return new Command('revoke')
    .description('end an agent for good: its token gets 401 at once, everywhere')
    .argument('<agent>', 'handle, id, or revocation id')
    .addOption(idempotencyKeyOption())
    .action(async (name: string, options: KeyedOptions, command: Command) => {
      const client = context.client(command);
      const revocation = name.startsWith('rev_') ? name : (await client.agents.get(name)).revocation_id;
      if (revocation === null)
        throw new CommandFailed(EXIT.refused, `${name} has no revocation id: freeze it instead.`);
      context.show(command, await client.agents.revoke(revocation, callOptions(options)), agentStepText);
    });
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('agents that have paid or were paid, with what they spent and earned')
    .action(async (_options: object, command: Command) => {
      const rows: SpendRow[] = [];
      for await (const row of context.client(command).reports.eachSpend({ group_by: 'agent', limit: 200 }))
        rows.push(row);
      context.show(command, rows, (found) =>
        table(
          ['agent', 'id', 'spent', 'held', 'earned', 'payments', 'declined', 'currency'],
          found.map((row) => [
            row.handle,
            row.agent_id,
            row.spent,
            row.held,
            row.earned,
            row.payments,
            row.declined,
            row.currency,
          ]),
        ),
      );
    });
}

function withLimits(command: Command): Command {
  return command
    .option('--cap <amount>', 'lifetime cap')
    .option('--per-payment <amount>', 'most that one payment may cost, in USD')
    .option('--daily <amount>', 'cap per day (UTC), in USD')
    .option('--currency <currency>', 'of the lifetime cap', 'USD')
    .option('--protocols <list>', 'allowed protocols, separated by commas')
    .option('--funding <whose>', 'whose money it spends: treasury or own');
}

/** `none` lifts a limit, which only a change understands. */
function limitsOf(options: LimitOptions): ChangeAgentRequest {
  const liftable = (text: string | undefined) => (text === 'none' ? null : text);
  const cap = liftable(options.cap);
  const protocols = liftable(options.protocols);
  return {
    spending_cap: cap === undefined || cap === null ? cap : { amount: cap, currency: options.currency },
    per_tx_limit: liftable(options.perPayment),
    daily_cap: liftable(options.daily),
    // What is no protocol is refused by name.
    protocols: protocols === undefined || protocols === null ? protocols : (protocols.split(',') as AgentProtocol[]),
    funding: options.funding,
  };
}
