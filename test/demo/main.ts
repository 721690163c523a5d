import { startInstance } from '../support/instance.js';
import { checkBooks } from './checks.js';
import { playDay } from './day.js';
import { printAgents, printLabels, printServices, printTree } from './tables.js';

/** A scripted day on a fresh temporary Bursar, on real parts. Ends with 0 where ledger and views agree to the unit. */
async function main(): Promise<number> {
  console.log('\nStarting a fresh Bursar with its own PostgreSQL and nats-server …');
  const instance = await startInstance();
  try {
    console.log(`  ${instance.url}\n`);
    const day = await playDay(instance);
    console.log('\nWhat the day cost\n');
    await printTree(day);
    await printAgents(day);
    await printServices(day);
    await printLabels(day);
    return await checkBooks(instance, day);
  } finally {
    await instance.stop();
    instance.remove();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
