import { startInstance, type Instance } from '../support/instance.js';
import { median, printReport, writeReport, type Row } from './report.js';
import { bareRows } from './rows/bare.js';
import { bigBook } from './rows/big-book.js';
import { busRows } from './rows/bus.js';
import { depthRows } from './rows/depth.js';
import { dryRunRows } from './rows/dry-runs.js';
import { envelopeRows } from './rows/envelopes.js';
import { httpRows } from './rows/http.js';
import { longLog } from './rows/long-log.js';
import { replayAndRebuild } from './rows/replay-and-rebuild.js';
import { serviceRows } from './rows/services.js';
import { x402Rows } from './rows/x402.js';
import { yardstick } from './rows/yardstick.js';

/** `npm run bench [-- --quick] [-- --only=bus,http] [-- --json=file]`: the table of the README's claims, measured here and now. */
const quick = process.argv.includes('--quick');
const only = option('only')?.split(',');
const RUNS = 3;
/** Where most lies on the processors: what else goes on around the machine makes it slow for a minute now and then. */
const SERVICE_RUNS = 7;

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  bus: () =>
    onInstance(async (instance) => {
      const plain = await yardstick(instance.databaseUrl, RUNS);
      const payments = quick ? 20_000 : 60_000;
      return [plain, ...(await busRows(instance, { runs: RUNS, payments, yardstick_per_second: median(plain.runs) }))];
    }),
  http: () => onInstance((instance) => httpRows(instance, RUNS, quick ? 3 : 10)),
  dry: () => onInstance((instance) => dryRunRows(instance, RUNS, quick ? 3 : 10)),
  bare: () => bareRows(RUNS, quick ? 3 : 10),
  x402: () => onInstance((instance) => x402Rows(instance, RUNS, quick ? 3 : 10)),
  services: () => onInstance((instance) => serviceRows(instance, SERVICE_RUNS, quick ? 3 : 10)),
  envelopes: () => onInstance((instance) => envelopeRows(instance, RUNS, quick ? 5_000 : 20_000)),
  depth: () => onInstance((instance) => depthRows(instance, RUNS, quick ? 10_000 : 40_000)),
  log: () => replayAndRebuild(RUNS, quick ? 200_000 : 1_000_000),
  ...(quick ? {} : { big: () => bigBook(RUNS), long: () => longLog(RUNS) }),
};

const rows: Row[] = [];
for (const [name, section] of Object.entries(sections)) {
  if (only && !only.includes(name)) continue;
  console.log(`measuring ${name} …`);
  rows.push(...(await section()));
}
printReport(rows);
const file = option('json') ?? 'bench.json';
writeReport(file, rows, quick);
const wrong = rows.reduce((sum, row) => sum + (row.mismatches ?? 0), 0);
console.log(
  `${rows.filter((row) => row.reached === false).length} targets missed, ${wrong} mismatches; written to ${file}`,
);
// A slow machine is no failure; a ledger and views that differ are.
process.exit(wrong === 0 ? 0 : 1);

async function onInstance(measure: (instance: Instance) => Promise<Row[]>): Promise<Row[]> {
  const instance = await startRich();
  try {
    return await measure(instance);
  } finally {
    await instance.stop();
    instance.remove();
  }
}

function startRich(): Promise<Instance> {
  return startInstance({ settings: { BURSAR_INITIAL_CREDITS: '100000000' } });
}

function option(name: string): string | undefined {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}
