import { Command } from 'commander';
import type { ReceiptClaims } from '#client';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { checkReceipt } from '../receipts/check-receipt.js';
import { readGivenFile } from '../receipts/read-given-file.js';
import { readJwks } from '../receipts/read-jwks.js';
import { receiptText } from '../rendering/receipt-text.js';
import { listReceipts } from './receipt-list.js';

export function receiptCommand(context: CommandContext): Command {
  return new Command('receipt')
    .description('the signed record of a payment or of a refusal')
    .addCommand(show(context))
    .addCommand(listReceipts(context))
    .addCommand(verify(context));
}

function show(context: CommandContext): Command {
  return new Command('show')
    .description('what a receipt says; with --json as it is to be kept, signature included')
    .argument('<receipt>', 'rcpt_…, as every answer about the payment names it')
    .action(async (id: string, _options: object, command: Command) => {
      context.show(command, await context.client(command).receipts.get(id), receiptText);
    });
}

function verify(context: CommandContext): Command {
  return new Command('verify')
    .description('whether a receipt is what was signed, to the last field; ends with 6 where it is not')
    .argument('<file>', 'what `receipt show --json` gave, or the JWS alone')
    .option('--jwks <file or url>', 'the public keys; with a file no server is asked. Default: those of --url')
    .action(async (file: string, options: { jwks?: string }, command: Command) => {
      const text = readGivenFile(file);
      const { url } = context.options(command);
      const jwks = await readJwks(options.jwks ?? `${url.replace(/\/+$/, '')}/.well-known/jwks.json`);
      const checked = checkReceipt(text, jwks);
      if (!checked.good) context.exit_code = EXIT.broken;
      context.show(command, checked, () =>
        checked.good
          ? // What one of the keys signed as a receipt has the shape of one.
            `The receipt is good.\n\n${receiptText(checked.claims as unknown as ReceiptClaims)}`
          : `The receipt is not good: ${checked.reason}.`,
      );
    });
}
