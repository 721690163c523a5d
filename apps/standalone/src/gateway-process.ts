import 'reflect-metadata';
import { readConfig } from '#config';
import { reportReady } from '#observability';
import { startGateway } from '../../gateway/src/start-gateway.js';
import { SettlementCalls } from '../../settlement/src/calls.js';
import { openCatalogue } from '../../settlement/src/discovery/open-catalogue.js';
import { openServices, type OpenedServices } from '../../settlement/src/services/open-services.js';
import { settlementParts } from '../../settlement/src/settlement-parts.js';

// The gateway whose calls to settlement are answered in its own process: on one machine a way over the bus and back would cost
// more than what settlement does. Settlement's own process answers the bus.
const settlement = readConfig('settlement');
const catalogue = openCatalogue(settlement.databaseUrl);
let services: OpenedServices | undefined;
const { url, stop } = await startGateway(readConfig('gateway'), ({ owners, log, logger }) => {
  const parts = settlementParts(settlement, { owners, log, catalogue, logger });
  services = openServices(settlement, parts);
  return new SettlementCalls(parts, services.parts);
});
reportReady(
  async () => {
    await stop();
    await services?.close();
    await catalogue.close();
  },
  { url },
);
