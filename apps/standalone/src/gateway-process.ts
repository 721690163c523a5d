import 'reflect-metadata';
import { readConfig } from '#config';
import { reportReady } from '#observability';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAuthorization } from '../../authorization/src/start-authorization.js';
import { startGateway, type RunningGateway } from '../../gateway/src/start-gateway.js';
import { settlementHere } from './settlement-here.js';

/** Of the 10 s that a process has to stop; a call that takes longer does not keep the books from being given back. */
const GATEWAY_STOPS_WITHIN_MS = 6_000;

// The gateway with the books' owner and settlement's calls in its own process: on one machine the ways over the bus and back would
// cost more than what is decided. Another owner may take over, or have the books already: then the bus is asked.
const configs = {
  authorization: readConfig('authorization'),
  settlement: readConfig('settlement'),
  gateway: readConfig('gateway'),
};
const authorization = await startAuthorization(configs.authorization);
const settlement = settlementHere(configs.settlement);
const gateway = await startedOrGivenBack();
reportReady(
  async () => {
    try {
      const stopped = gateway.stop().then(() => settlement.close());
      await Promise.race([stopped, sleep(GATEWAY_STOPS_WITHIN_MS, undefined, { ref: false })]);
    } finally {
      await authorization.stop();
    }
  },
  { url: gateway.url, adminKeyLetIn: authorization.adminKeyLetIn },
);

/** Where it cannot listen, say since the port is taken, the next start need not wait for the books' leases to run out. */
async function startedOrGivenBack(): Promise<RunningGateway> {
  try {
    return await startGateway(configs.gateway, settlement.from, authorization.near);
  } catch (error) {
    await authorization.stop();
    throw error;
  }
}
