import { parseArgs } from 'node:util';
import { HistoryFailed, runHistory } from './history.js';

/** Runs many histories: `npm run simulate -- --seeds 10000 --from 1`. Ends with 1 where one of them broke a promise. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const to = from + Number(values.seeds) - 1;
const started = performance.now();
let [steps, events, failed] = [0, 0, 0];

for (let seed = from; seed <= to; seed++) {
  try {
    const report = await runHistory(seed, values.trace ? say : undefined);
    steps += report.steps;
    events += report.events;
  } catch (error) {
    if (!(error instanceof HistoryFailed)) throw error;
    failed += 1;
    say(`${error.message}\n`);
    if (failed === 5) break;
  }
  if ((seed - from + 1) % 500 === 0) progress(seed - from + 1);
}
progress(to - from + 1);
process.exitCode = failed > 0 ? 1 : 0;

function progress(done: number): void {
  const seconds = (performance.now() - started) / 1000;
  const rate = (done / seconds).toFixed(1);
  say(`${done} histories, ${steps} steps, ${events} events, ${failed} broken; ${rate} histories/s`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
