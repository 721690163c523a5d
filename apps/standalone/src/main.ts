import { ConfigError, readConfig } from '#config';
import { setTimeout as sleep } from 'node:timers/promises';
import { natsConfiguration } from './nats-configuration.js';
import { prepareDatabase } from './prepare-database.js';
import { bursarServices, sandboxService } from './services.js';
import { startStandalone, type Standalone } from './standalone.js';
import { askedToStop } from './stop-reasons.js';
import { welcome } from './welcome.js';

/** As a command line that is not acceptable ends `bursar`, which passes it on. */
const WRONG_SETTINGS = 2;

const begin = performance.now();
const stopAsked = askedToStop();
process.exitCode = await run();
process.exit();

async function run(): Promise<number> {
  try {
    const starting = startStandalone(readConfig('standalone'), {
      natsConfiguration,
      prepareDatabase,
      services: bursarServices,
      sandbox: sandboxService,
      print: (line) => console.log(`  ${line}`),
    });
    const standalone = await Promise.race([starting, stopAsked]);
    if (typeof standalone === 'string') return await stopDuringStart(standalone, starting);
    console.log(welcome(standalone, performance.now() - begin));
    const reason = await Promise.race([stopAsked, standalone.failed.then((failure) => ({ failure }))]);
    const failed = typeof reason === 'object';
    console.log(failed ? reason.failure : `Stopping (${reason}).`);
    await standalone.stop();
    if (!failed) console.log('Stopped. All data is kept.');
    return failed ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigError ? WRONG_SETTINGS : 1;
  }
}

/** What does not come up in time is ended by the watchdog, as after a crash of this process. */
async function stopDuringStart(reason: string, starting: Promise<Standalone>): Promise<number> {
  console.log(`Stopping during the start (${reason}).`);
  const stopped = starting.then((standalone) => standalone.stop()).catch(() => undefined);
  await Promise.race([stopped, sleep(15_000)]);
  return 0;
}
