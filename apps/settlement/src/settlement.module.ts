import type { Logger } from '#observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { LOGGER, PARTS, type SettlementParts } from './ports.js';
import { X402Controller } from './x402/x402.controller.js';

@Module({})
class SettlementModule {}

/** What it stands on (bus, keys) is opened and closed by whoever starts the process. */
export function settlementModule(parts: SettlementParts, logger: Logger): DynamicModule {
  return {
    module: SettlementModule,
    controllers: [X402Controller],
    providers: [
      { provide: PARTS, useValue: parts },
      { provide: LOGGER, useValue: logger },
    ],
  };
}
