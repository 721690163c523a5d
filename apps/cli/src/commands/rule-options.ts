import type { Command } from 'commander';
import type { ApprovalAbove, Limit, SpendLists } from '#client';
import { jsonOrFile, jsonOrNone, liftable } from './call-options.js';

/** Rules that agents, sessions and the organization all take. */
export interface RuleOptions {
  limits?: unknown;
  lists?: unknown;
  approvalAbove?: string;
}

export function withRules(command: Command): Command {
  return command
    .option('--limits <json>', 'the whole list of limits, as JSON or @file', jsonOrFile)
    .option('--lists <json>', 'where money may go, as JSON or @file', jsonOrNone)
    .option('--approval-above <amount>', 'payments above it wait for an approval');
}

interface Rules {
  limits?: readonly Limit[];
  lists?: SpendLists | null;
  approval_above?: ApprovalAbove | null;
}

/** What is no limit and no list is refused by name. */
export function rulesOf({ limits, lists, approvalAbove }: RuleOptions): Rules {
  const amount = liftable(approvalAbove);
  return {
    limits: limits as readonly Limit[] | undefined,
    lists: liftable(lists as SpendLists | undefined),
    approval_above: amount === undefined || amount === null ? amount : { amount },
  };
}
