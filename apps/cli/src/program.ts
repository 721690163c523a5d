import { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import { addressCommand } from './commands/address.js';
import { agentCommand } from './commands/agent.js';
import { approvalCommand } from './commands/approval.js';
import { benchCommand } from './commands/bench.js';
import { discoverCommand } from './commands/discover.js';
import { eventsCommand } from './commands/events.js';
import { exitCodesCommand } from './commands/exit-codes.js';
import { exportCommand } from './commands/export.js';
import { watchCommand } from './commands/watch.js';
import { whoamiCommand } from './commands/whoami.js';
import { x402Command } from './commands/x402.js';
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
import { payServiceCommand } from './commands/pay-service.js';
import { serviceCommand } from './commands/service.js';
import { sessionCommand } from './commands/session.js';
import { statusCommand } from './commands/status.js';
import { topUpCommand } from './commands/topup.js';
import { transferCommand } from './commands/transfer.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';
import { walletCommand } from './commands/wallet.js';
import { packageVersion } from './project-root.js';
import { describeUsual } from './usual-descriptions.js';

/** The whole command line of `bursar`. To add a command: one file in `commands/`, one line here. */
export function bursarProgram(context: CommandContext): Command {
  const { config, terminal } = context;
  const program = new Command('bursar')
    .description('Operate and inspect Bursar, the ledger that AI agents spend and earn through.')
    .version(packageVersion())
    .option('--url <url>', 'where the gateway is (BURSAR_URL)', config.url)
    .option('--json', 'print results as JSON')
    .addHelpText(
      'after',
      `
To begin: \`bursar up\` starts everything. Then, with the admin key in BURSAR_API_KEY:

  bursar agent create researcher --cap 5.00
  bursar session open --budget 1.00 --agent researcher
  bursar pay service:search 0.05 --agent researcher
  bursar watch

The credential comes from the environment, never from the command line: BURSAR_API_KEY (an org key, an agent's or a
session's token), else BURSAR_ADMIN_KEY. \`bursar whoami\` says what it is, \`bursar help exit-codes\` what exit codes mean.`,
    );
  for (const command of [
    upCommand,
    statusCommand,
    whoamiCommand,
    organizationCommand,
    keyCommand,
    agentCommand,
    addressCommand,
    sessionCommand,
    watchCommand,
    payCommand,
    serviceCommand,
    payServiceCommand,
    requestCommand,
    paymentCommand,
    approvalCommand,
    receiptCommand,
    x402Command,
    discoverCommand,
    topUpCommand,
    transferCommand,
    walletCommand,
    reportCommand,
    policyCommand,
    eventsCommand,
    exportCommand,
    mcpCommand,
    verifyCommand,
    rebuildCommand,
    migrateCommand,
    benchCommand,
    exitCodesCommand,
  ]) {
    program.addCommand(command(context));
  }
  everyCommand(program, (command) => {
    command.exitOverride();
    describeUsual(command);
    command.showHelpAfterError(`(${pathOf(command)} --help shows what there is)`);
    command.configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  });
  return program;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) everyCommand(child, change);
}
