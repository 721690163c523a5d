import { Command } from 'commander';
import type { CreateGrantRequest, ListedApproval } from '#client';
import type { CommandContext } from '../command-context.js';
import { approvalsTable, approvalStepText, approvalText, grantsTable } from '../rendering/approval-text.js';
import { fields } from '../rendering/table.js';
import { callOptions, idempotencyKeyOption, seconds, type KeyedOptions } from './call-options.js';
import { firstOf, limitOption, pageOf, type ListingOptions } from './listing.js';

const APPROVAL = ['<approval>', 'id of an approval'] as const;
const SERVICE = 'service:';

export function approvalCommand(context: CommandContext): Command {
  const approval = new Command('approval').description('payments that wait for an approval, and standing grants');
  for (const command of [list, get, approve, deny, grant, grants, revokeGrant]) approval.addCommand(command(context));
  return approval;
}

function list(context: CommandContext): Command {
  return new Command('list')
    .description('what waits for an approval')
    .option('--status <status>', 'pending, approved, denied, expired or voided', 'pending')
    .addOption(limitOption())
    .action(async (options: ListingOptions & { status: ListedApproval['status'] }, command: Command) => {
      const { status } = options;
      const found = context.client(command).approvals.each({ status, limit: pageOf(options) });
      const approvals = await firstOf(context, found, options);
      context.show(command, { approvals }, () => approvalsTable(approvals));
    });
}

function get(context: CommandContext): Command {
  return new Command('get')
    .description('an approval, or wait until it is decided')
    .argument(...APPROVAL)
    .option('--wait <seconds>', 'how long to wait at most', seconds)
    .action(async (id: string, options: { wait?: number }, command: Command) => {
      const { approvals } = context.client(command);
      const answer = await (options.wait === undefined ? approvals.get(id) : approvals.wait(id, options.wait * 1000));
      context.show(command, answer, approvalText);
    });
}

function approve(context: CommandContext): Command {
  return new Command('approve')
    .description('let the payment go on, where every rule as it is now lets it pass')
    .argument(...APPROVAL)
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).approvals.approve(id, callOptions(options));
      context.show(command, answer, approvalStepText);
    });
}

function deny(context: CommandContext): Command {
  return new Command('deny')
    .description('release the hold')
    .argument(...APPROVAL)
    .option('--explanation <text>', 'stands in the log for ever: no place for personal data')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions & { explanation?: string }, command: Command) => {
      const { explanation } = options;
      const answer = await context.client(command).approvals.deny(id, { explanation }, callOptions(options));
      context.show(command, answer, approvalStepText);
    });
}

interface GrantOptions extends KeyedOptions {
  agent?: string;
  per: string;
  currency?: string;
  timeZone?: string;
  expiresIn?: number;
}

function grant(context: CommandContext): Command {
  return new Command('grant')
    .description('approve beforehand what is paid to one payee, up to an amount per period')
    .argument('<payee>', 'handle or id of an agent, or service:<name>')
    .argument('<amount>')
    .option('--agent <agent>', 'who may use it; default: any agent')
    .option('--per <period>', 'minute, hour, day, week, month, quarter, year or lifetime', 'day')
    .option('--currency <currency>')
    .option('--time-zone <zone>', 'of the period')
    .option('--expires-in <seconds>', 'default: it stands until it is revoked', seconds)
    .addOption(idempotencyKeyOption())
    .action(async (payee: string, amount: string, options: GrantOptions, command: Command) => {
      const request: CreateGrantRequest = {
        ...(payee.startsWith(SERVICE) ? { service: payee.slice(SERVICE.length) } : { payee }),
        amount,
        // What is no period is refused by name.
        per: options.per as CreateGrantRequest['per'],
        agent_id: options.agent,
        currency: options.currency,
        time_zone: options.timeZone,
        expires_in: options.expiresIn,
      };
      const answer = await context.client(command).approvals.grants.create(request, callOptions(options));
      context.show(command, answer, ({ grant_id, expires_at, position }) =>
        fields([
          ['grant', grant_id],
          ['until', expires_at],
          ['position', position],
        ]),
      );
    });
}

function grants(context: CommandContext): Command {
  return new Command('grants')
    .description('live grants and what is left of each')
    .addOption(limitOption())
    .action(async (options: ListingOptions, command: Command) => {
      const found = context.client(command).approvals.grants.each({ limit: pageOf(options) });
      const live = await firstOf(context, found, options);
      context.show(command, { grants: live }, () => grantsTable(live));
    });
}

function revokeGrant(context: CommandContext): Command {
  return new Command('revoke-grant')
    .description('let a grant cover nothing from the next payment on')
    .argument('<grant>', 'id of a grant')
    .addOption(idempotencyKeyOption())
    .action(async (id: string, options: KeyedOptions, command: Command) => {
      const answer = await context.client(command).approvals.grants.revoke(id, callOptions(options));
      context.show(command, answer, ({ grant_id, status, position }) =>
        fields([
          ['grant', grant_id],
          ['status', status],
          ['position', position],
        ]),
      );
    });
}
