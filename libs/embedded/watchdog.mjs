// Ends the servers of a process that can no longer do it itself, because it was killed.
//
// Plain JavaScript, since it runs beside the built program and beside the sources alike. Standard input carries one JSON
// order per line: {"watch":{"pid":1,"signals":["SIGINT","SIGKILL"]}}, {"forget":1}, {"remove":"/tmp/folder"}. Its end means
// that the parent is gone: every process still watched gets its signals one after the other, then the folders go.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const secondsBetweenSignals = 5;
/** @type {Map<number, NodeJS.Signals[]>} */
const watched = new Map();
/** @type {string[]} */
const folders = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.watch) watched.set(order.watch.pid, order.watch.signals);
  if (order.forget) watched.delete(order.forget);
  if (order.remove) folders.push(order.remove);
}

await Promise.all([...watched].map(([pid, signals]) => end(pid, signals)));
for (const folder of folders) rmSync(folder, { recursive: true, force: true });

/** @param {number} pid @param {NodeJS.Signals[]} signals */
async function end(pid, signals) {
  for (const signal of signals) {
    if (!send(pid, signal)) return;
    for (let waited = 0; waited < secondsBetweenSignals; waited += 0.05) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (!send(pid, 0)) return;
    }
  }
}

/** @param {number} pid @param {NodeJS.Signals | 0} signal */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
