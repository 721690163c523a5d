import { compareViewsWithLog } from '#read-models';
import type { Instance } from '../support/instance.js';
import type { Day } from './day.js';
import { settledReport } from './tables.js';

interface Check {
  what: string;
  holds: boolean;
  figures: string;
}

/** Proves the day: the log is whole, the views are the log's fold, and every answer agrees with both. 0 where all holds. */
export async function checkBooks(instance: Instance, day: Day): Promise<number> {
  const report = await settledReport(day, 'agent');
  const ledger = await foldLedger(day);
  const views = await compareViewsWithLog(instance.databaseUrl);
  const integrity = await wholeLog(day);
  const tree = await day.client.sessions.get(day.root);
  const spent = units(report.total.spent);
  const checks: Check[] = [
    {
      what: 'the log is whole: every hash of its chain is right',
      holds: integrity.status === 'whole',
      figures: `${integrity.events} events`,
    },
    {
      what: 'every row of the views is what the log says',
      holds: views.mismatches.length === 0,
      figures: `${views.mismatches.length} mismatches`,
    },
    {
      what: 'spend of the reports equals the ledger',
      holds: spent === ledger.spent,
      figures: `${spent} and ${ledger.spent} units`,
    },
    {
      what: 'spend of the agents adds up to the total',
      holds: sum(report.rows.map((row) => units(row.spent))) === spent,
      figures: `${spent} units`,
    },
    {
      what: 'spend of the session tree equals the total',
      holds: units(tree.spent) === spent,
      figures: `${units(tree.spent)} units`,
    },
    {
      what: 'nothing is held any more',
      holds: ledger.held === 0n && units(tree.held) === 0n,
      figures: `${ledger.held} units`,
    },
    {
      what: 'all wallets and the outside sum to zero',
      holds: ledger.balance === 0n,
      figures: `${ledger.balance} units`,
    },
    { what: 'the budget of $2.00 was not passed', holds: spent <= 2_000_000n, figures: `${spent} of 2000000 units` },
  ];
  console.log('Proof');
  for (const { what, holds, figures } of checks) console.log(`  ${holds ? 'ok  ' : 'FAIL'}  ${what} (${figures})`);
  const failed = checks.filter((check) => !check.holds).length;
  console.log(failed === 0 ? '\nLedger and views agree to the unit.\n' : `\n${failed} checks failed.\n`);
  return failed === 0 ? 0 : 1;
}

interface Ledger {
  spent: bigint;
  held: bigint;
  balance: bigint;
}

/** The ledger folded here, from the postings of the public events alone. */
async function foldLedger(day: Day): Promise<Ledger> {
  const accounts = new Map<string, bigint>();
  let spent = 0n;
  for await (const { event, type } of day.client.events.each()) {
    for (const { debit, credit, amount } of (event['postings'] ?? []) as Posting[]) {
      accounts.set(debit, (accounts.get(debit) ?? 0n) - BigInt(amount));
      accounts.set(credit, (accounts.get(credit) ?? 0n) + BigInt(amount));
    }
    if (type === 'payment.transferred') spent += BigInt(event['amount'] as string);
    if (type === 'payment.captured') spent += BigInt(event['captured'] as string);
    if (type === 'payment.refunded') spent -= BigInt(event['refunded'] as string);
  }
  const held = sum([...accounts].filter(([account]) => account.endsWith(':held')).map(([, amount]) => amount));
  return { spent, held, balance: sum([...accounts.values()]) };
}

interface Posting {
  debit: string;
  credit: string;
  amount: string;
}

async function wholeLog(day: Day): Promise<{ status: string; events?: number }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await day.client.integrity();
    if (answer.status !== 'verifying') return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { status: 'verifying' };
}

function units(amount: string | number): bigint {
  const [whole = '0', fraction = ''] = (typeof amount === 'number' ? amount.toFixed(6) : amount).split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
