import type { Command } from 'commander';

/** What options and arguments mean that mean the same in every command; a command that means something else says so itself. */
const OPTIONS: Readonly<Record<string, string>> = {
  agent: 'handle or id of an agent',
  budget: 'an amount, such as 1.50',
  currency: 'of the amount, such as USD',
  format: 'what is written',
  from: 'id of the wallet that gives',
  label: 'what the cost is booked under, such as goal=7',
  name: 'what people call it',
  network: 'as the terms of a 402 name it, such as eip155:8453',
  session: 'id of a session',
  status: 'only those that stand so',
  to: 'the time before which it was, as --from',
  type: 'of resource, such as http',
  wallet: 'id of a wallet: wallet list shows them',
};

const ARGUMENTS: Readonly<Record<string, string>> = {
  address: 'of an EVM account: 0x and 40 hex digits',
  amount: 'a decimal number, such as 0.05',
  handle: 'what the agent is called: letters, digits, . _ -',
  kind: 'what the account is for',
  name: 'what people call it',
  outcome: 'what became of it',
  payment: 'its id: pay_…',
  request: 'its id: req_…',
  role: 'what the key may do',
  session: 'its id: ses_…',
  what: 'what is exported',
  words: 'what it is about',
};

/** Describes what a command has left undescribed. */
export function describeUsual(command: Command): void {
  for (const option of command.options) option.description ||= OPTIONS[option.name()] ?? '';
  for (const argument of command.registeredArguments) argument.description ||= ARGUMENTS[argument.name()] ?? '';
}
