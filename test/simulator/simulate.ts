import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSeeds, sumOf, type Seeds, type Tally } from './run-seeds.js';
import type { SeedsMessage } from './seeds-process.js';

/**
 * Runs many histories: `npm run simulate -- --seeds 10000 --from 1`, on all processors or on `--processes`. Ends with 1 where
 * one of them broke a promise, or was not run to its end.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: `${availableParallelism()}` },
    trace: { type: 'boolean', default: false },
  },
});
const from = wholeNumber('from');
const seeds = wholeNumber('seeds');
const to = from + seeds - 1;
const processes = values.trace ? 1 : Math.min(wholeNumber('processes'), seeds);
const started = performance.now();
/** Some thousand times what a history takes. */
const HANGS_AFTER_MS = 300_000;
const TELLS_EVERY = 500;
let begun = 0;

const tally = await (processes === 1 ? runHere() : runInProcesses());
const seconds = (performance.now() - started) / 1000;
const { histories, operations, steps, events, broken } = tally;
say(
  `${histories} histories, seeds ${from} to ${to}: ${operations} operations, ${events} events, ${steps} steps; ` +
    `${broken} broken; ${(histories / seconds).toFixed(1)} histories/s`,
);
if (broken === 0 && histories !== seeds) say(`FAILED: ${seeds} histories were to be run`);
process.exitCode = broken === 0 && histories === seeds ? 0 : 1;

function runHere(): Promise<Tally> {
  return runSeeds(
    { from, to, step: 1 },
    { began, broke: ({ message }) => broke(message), ...(values.trace ? { noted: say } : {}) },
  );
}

async function runInProcesses(): Promise<Tally> {
  const all = Array.from({ length: processes }, (_, first) => runInOne({ from: from + first, to, step: processes }));
  return sumOf(await Promise.all(all));
}

/** One process and its share of the seeds. One that ends without its tally, or is silent for long, has broken the seed it was at. */
function runInOne({ from: first, to: last, step }: Seeds): Promise<Tally> {
  const program = fileURLToPath(new URL('./seeds-process.ts', import.meta.url));
  const child = fork(program, [first, last, step].map(String));
  return new Promise((resolve) => {
    let at = first;
    let its: Tally | undefined;
    const kill = (): void => void child.kill('SIGKILL');
    let silence = setTimeout(kill, HANGS_AFTER_MS);
    child.on('message', (message: SeedsMessage) => {
      clearTimeout(silence);
      silence = setTimeout(kill, HANGS_AFTER_MS);
      if ('tally' in message) its = message.tally;
      else if ('broke' in message) broke(message.broke);
      else began((at = message.began));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(silence);
      if (its && code === 0) return resolve(its);
      broke(`seed ${at}: its process ended with ${signal ?? code} before the history did`);
      resolve({ histories: 0, steps: 0, events: 0, operations: 0, ...its, broken: (its?.broken ?? 0) + 1 });
    });
  });
}

function began(_seed: number): void {
  begun += 1;
  if (begun % TELLS_EVERY === 0) say(`${begun} of ${seeds} histories begun`);
}

function broke(message: string): void {
  const seed = /^seed (\d+)/.exec(message)?.[1];
  say(`${message}\n\nAgain, step by step: npm run simulate -- --seeds 1 --from ${seed} --trace\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(name: 'seeds' | 'from' | 'processes'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} is a whole number from 1`);
  return number;
}
