import 'reflect-metadata';
import { readConfig } from '#config';
import { reportReady } from '#observability';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAuthorization } from '../../authorization/src/start-authorization.js';
import { startGateway } from '../../gateway/src/start-gateway.js';
import { settlementHere } from './settlement-here.js';

/** Of the 10 s that a process has to stop; a call that takes longer does not keep the books from being given back. */
const GATEWAY_STOPS_WITHIN_MS = 6_000;

// The gateway with the books' owner and settlement's calls in its own process: on one machine the ways over the bus and back would
// cost more than what is decided. Another owner may take over, or have the books already: then the bus is asked.
const authorization = await startAuthorization(readConfig('authorization'));
const settlement = settlementHere(readConfig('settlement'));
const gateway = await startGateway(readConfig('gateway'), settlement.from, authorization.near);
reportReady(
  async () => {
    try {
      const stopped = gateway.stop().then(() => settlement.close());
      await Promise.race([stopped, sleep(GATEWAY_STOPS_WITHIN_MS, undefined, { ref: false })]);
    } finally {
      await authorization.stop();
    }
  },
  { url: gateway.url, firstOrganizationCreated: authorization.firstOrganizationCreated },
);
