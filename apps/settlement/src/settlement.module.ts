import type { Logger } from '#observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { AddressesController } from './addresses/addresses.controller.js';
import { EnvelopesController } from './envelopes/envelopes.controller.js';
import { ENVELOPE_BUS, LOGGER, PARTS, type EnvelopeBus, type SettlementParts } from './ports.js';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { X402Controller } from './x402/x402.controller.js';

@Module({})
class SettlementModule {}

/** What it stands on (bus, keys) is opened and closed by whoever starts the process. */
export function settlementModule(parts: SettlementParts, envelopes: EnvelopeBus, logger: Logger): DynamicModule {
  return {
    module: SettlementModule,
    controllers: [X402Controller, AddressesController, EnvelopesController, ReceiptsController],
    providers: [
      { provide: PARTS, useValue: parts },
      { provide: ENVELOPE_BUS, useValue: envelopes },
      { provide: LOGGER, useValue: logger },
    ],
  };
}
