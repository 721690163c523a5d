import type { Config } from '#config';
import type { OpenedByGateway } from '../../gateway/src/start-gateway.js';
import { SettlementCalls } from '../../settlement/src/calls.js';
import { openCatalogue } from '../../settlement/src/discovery/open-catalogue.js';
import { openServices, type OpenedServices } from '../../settlement/src/services/open-services.js';
import { settlementParts } from '../../settlement/src/settlement-parts.js';

/** Settlement's calls answered in the gateway's process; settlement's own process answers the bus. */
export function settlementHere(config: Config<'settlement'>): {
  from: (opened: OpenedByGateway) => SettlementCalls;
  close: () => Promise<void>;
} {
  const catalogue = openCatalogue(config.databaseUrl);
  let services: OpenedServices | undefined;
  return {
    from: ({ owners, log, logger }) => {
      const parts = settlementParts(config, { owners, log, catalogue, logger });
      services = openServices(config, parts);
      return new SettlementCalls(parts, services.parts);
    },
    close: async () => {
      await services?.close();
      await catalogue.close();
    },
  };
}
