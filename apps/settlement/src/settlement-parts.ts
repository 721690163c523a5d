import type { Config } from '#config';
import type { Logger } from '#observability';
import { createKeyRing } from '#security';
import { recoverSigner } from '#x402';
import { Cataloguer } from './discovery/cataloguer.js';
import type { Catalogue, Owners, SettlementLog, SettlementParts } from './ports.js';
import { evmRail, evmRailOfV1, ledgerRail } from './x402/rails.js';
import { noReadings } from './x402/readings.js';
import { rememberedSigners } from './x402/remembered-signers.js';
import { Unanswered } from './x402/unanswered.js';

/** What the use cases stand on, out of the settings and of what the process has opened. */
export function settlementParts(
  config: Config<'settlement'>,
  opened: { owners: Owners; log: SettlementLog; catalogue: Catalogue; logger: Logger },
): SettlementParts {
  const { owners, log, catalogue, logger } = opened;
  const { deployment, evmChainId, x402V1Network } = config;
  const ledger = ledgerRail(deployment);
  const evm = evmRail(deployment, evmChainId);
  return {
    owners,
    log,
    catalogue,
    cataloguer: new Cataloguer({ owners, catalogue, logger }),
    keys: createKeyRing({ seeds: config.signingSeed }),
    rails: [ledger, evm, ...(x402V1Network ? [evmRailOfV1(deployment, x402V1Network)] : [])],
    issuer: ledger.network,
    unanswered: new Unanswered(),
    readings: noReadings(),
    logger,
    recoverSigner: rememberedSigners(recoverSigner),
  };
}
