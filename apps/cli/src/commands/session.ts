import { Command } from 'commander';
import type { ChangeSessionRequest, SessionsQuery } from '#client';
import type { CommandContext } from '../command-context.js';
import { openedText, sessionTree, sessionsText } from '../rendering/session-tree.js';
import { fields } from '../rendering/table.js';
import {
  callOptions,
  collect,
  collectLabel,
  idempotencyKeyOption,
  liftable,
  seconds,
  secondsOrNone,
  type KeyedOptions,
} from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';
import { rulesOf, withRules, type RuleOptions } from './rule-options.js';

interface OpenOptions extends KeyedOptions, RuleOptions {
  budget: string;
  currency?: string;
  agent?: string;
  participant?: string[];
  parent?: string;
  mode?: 'shared' | 'reserved';
  wallet?: string;
  label?: string;
  labels?: Record<string, string>;
  expiresIn?: number;
  description?: string;
}

interface ChangeOptions extends RuleOptions {
  budget?: string;
  currency?: string;
  expiresIn?: number | 'none';
}

export function sessionCommand(context: CommandContext): Command {
  const session = new Command('session').description('budgets for pieces of work, in trees');
  for (const command of [open, get, list, set, close]) session.addCommand(command(context));
  return session;
}

function open(context: CommandContext): Command {
  return withRules(new Command('open'))
    .description('open a budget; shows its token once')
    .requiredOption('--budget <amount>')
    .option('--currency <currency>')
    .option('--agent <agent>', 'who pays where a payment names no agent')
    .option('--participant <agent>', 'who may pay in it with its own token; may be repeated', collect)
    .option('--parent <session>', 'session above it')
    .option('--mode <mode>', "shared (a cap over the parent's money) or reserved (carved out of it)")
    .option('--wallet <wallet>', 'all payments in it draw on this one')
    .option('--label <label>')
    .option('--labels <name=value>', 'may be repeated', collectLabel)
    .option('--expires-in <seconds>', 'default: never', seconds)
    .option('--description <text>', 'for people; never enters the log')
    .addOption(idempotencyKeyOption())
    .action(async (options: OpenOptions, command: Command) => {
      const { limits, lists, approval_above } = rulesOf(options);
      const request = {
        budget: options.budget,
        currency: options.currency,
        agent_id: options.agent,
        participants: options.participant,
        parent_session_id: options.parent,
        mode: options.mode,
        wallet_id: options.wallet,
        label: options.label,
        labels: options.labels,
        limits,
        lists: lists ?? undefined,
        approval_above: approval_above ?? undefined,
        expires_in: options.expiresIn,
        description: options.description,
      };
      const answer = await context.client(command).sessions.open(request, callOptions(options));
      context.show(command, answer, openedText);
    });
}

function get(context: CommandContext): Command {
  return new Command('get')
    .alias('tree')
    .description('a session and the tree below it, with what is left')
    .argument('<session>')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).sessions.get(id), sessionTree);
    });
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('sessions at the top of their trees, or those directly below one')
    .option('--status <status>', 'open, expired or closed')
    .option('--parent <session>', 'only those directly below this one')
    .addOption(limitOption())
    .action(async (options: ListingOptions & Pick<SessionsQuery, 'status' | 'parent'>, command: Command) => {
      const { status, parent } = options;
      const found = context.client(command).sessions.each({ status, parent, limit: pageOf(options) });
      const sessions = await firstOf(context, found, options);
      context.show(command, { sessions }, () => sessionsText(sessions));
    });
}

function set(context: CommandContext): Command {
  return withRules(new Command('set'))
    .description('change budget, expiry or rules from the next payment on; `none` lifts one')
    .argument('<session>')
    .option('--budget <amount>')
    .option('--currency <currency>')
    .option('--expires-in <seconds>', 'from now', secondsOrNone)
    .action(async (id: string, options: ChangeOptions, command: Command) => {
      const { budget, currency, expiresIn } = options;
      const request: ChangeSessionRequest = {
        budget,
        currency,
        expires_in: liftable(expiresIn),
        ...rulesOf(options),
      };
      context.show(command, await context.client(command).sessions.patch(id, request), sessionTree);
    });
}

function close(context: CommandContext): Command {
  return new Command('close')
    .description('close a session and all below it, and release what is left')
    .argument('<session>')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).sessions.close(id, callOptions(options));
      context.show(command, answer, ({ session_id, status, recorded_at, position }) =>
        fields([
          ['session', session_id],
          ['status', status],
          ['recorded at', recorded_at],
          ['position', position],
        ]),
      );
    });
}
