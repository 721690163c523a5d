import { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import { addressCommand } from './commands/address.js';
import { agentCommand } from './commands/agent.js';
import { approvalCommand } from './commands/approval.js';
import { keyCommand } from './commands/key.js';
import { mcpCommand } from './commands/mcp.js';
import { migrateCommand } from './commands/migrate.js';
import { organizationCommand } from './commands/organization.js';
import { paymentCommand } from './commands/payment.js';
import { payCommand } from './commands/pay.js';
import { policyCommand } from './commands/policy.js';
import { receiptCommand } from './commands/receipt.js';
import { rebuildCommand } from './commands/rebuild.js';
import { reportCommand } from './commands/report.js';
import { requestCommand } from './commands/request.js';
import { sessionCommand } from './commands/session.js';
import { statusCommand } from './commands/status.js';
import { topUpCommand } from './commands/topup.js';
import { transferCommand } from './commands/transfer.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';
import { walletCommand } from './commands/wallet.js';
import { packageVersion } from './project-root.js';

/** The whole command line of `bursar`. To add a command: one file in `commands/`, one line here. */
export function bursarProgram(context: CommandContext): Command {
  const { config, terminal } = context;
  const program = new Command('bursar')
    .description('Operate and inspect Bursar, the ledger that AI agents spend and earn through.')
    .version(packageVersion())
    .option('--url <url>', 'where the gateway is (BURSAR_URL)', config.url)
    .option('--key <key>', 'key to call it with (BURSAR_API_KEY, else BURSAR_ADMIN_KEY)')
    .option('--json', 'print results as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 usage, 3 declined, 4 refused, 5 unavailable, 6 log not whole or receipt not good.',
    );
  // Not as its default, which the help would show.
  const key = config.apiKey ?? config.adminKey;
  if (key !== undefined) program.setOptionValueWithSource('key', key, 'env');
  for (const command of [
    upCommand,
    statusCommand,
    agentCommand,
    addressCommand,
    sessionCommand,
    payCommand,
    requestCommand,
    approvalCommand,
    paymentCommand,
    receiptCommand,
    topUpCommand,
    transferCommand,
    walletCommand,
    reportCommand,
    policyCommand,
    keyCommand,
    organizationCommand,
    mcpCommand,
    migrateCommand,
    verifyCommand,
    rebuildCommand,
  ]) {
    program.addCommand(command(context));
  }
  everyCommand(program, (command) => {
    command.exitOverride();
    command.showHelpAfterError('(--help shows what there is)');
    command.configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  });
  return program;
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) everyCommand(child, change);
}
