import type { Command } from 'commander';
import type { AgentProtocol, Breakers, ChangeAgentRequest } from '#client';
import { jsonOrNone, liftable } from './call-options.js';
import { withRules, rulesOf, type RuleOptions } from './rule-options.js';

export interface LimitOptions extends RuleOptions {
  cap?: string;
  perPayment?: string;
  daily?: string;
  currency?: string;
  protocols?: string;
  funding?: 'treasury' | 'own';
  breakers?: unknown;
}

export function withLimits(command: Command): Command {
  const limited = command
    .option('--cap <amount>', 'lifetime cap')
    .option('--per-payment <amount>', 'most that one payment may cost, in USD')
    .option('--daily <amount>', 'cap per day (UTC), in USD')
    .option('--currency <currency>', 'of the lifetime cap', 'USD')
    .option('--protocols <list>', 'allowed protocols, separated by commas')
    .option('--funding <whose>', 'whose money it spends: treasury or own')
    .option('--breakers <json>', 'what freezes it by itself, as JSON or @file', jsonOrNone);
  return withRules(limited);
}

/** `none` lifts a limit, which only a change understands. */
export function limitsOf(options: LimitOptions): ChangeAgentRequest {
  const cap = liftable(options.cap);
  const protocols = liftable(options.protocols);
  return {
    spending_cap: cap === undefined || cap === null ? cap : { amount: cap, currency: options.currency },
    per_tx_limit: liftable(options.perPayment),
    daily_cap: liftable(options.daily),
    // What is no protocol is refused by name.
    protocols: protocols === undefined || protocols === null ? protocols : (protocols.split(',') as AgentProtocol[]),
    funding: options.funding,
    breakers: liftable(options.breakers as Breakers | undefined),
    ...rulesOf(options),
  };
}
