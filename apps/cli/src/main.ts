import { runCli } from './run-cli.js';
import { endWithReader, processTerminal } from './terminal.js';

endWithReader();
process.exitCode = await runCli(process.argv.slice(2), processTerminal);
