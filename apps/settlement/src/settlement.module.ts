import { Module, type DynamicModule } from '@nestjs/common';
import type { SettlementCalls } from './calls.js';
import { EnvelopesController } from './envelopes/envelopes.controller.js';
import { CALLS, ENVELOPE_BUS, type EnvelopeBus } from './ports.js';
import { SettlementController } from './settlement.controller.js';

@Module({})
class SettlementModule {}

/** What it stands on (bus, keys) is opened and closed by whoever starts the process. */
export function settlementModule(calls: SettlementCalls, envelopes: EnvelopeBus): DynamicModule {
  return {
    module: SettlementModule,
    controllers: [SettlementController, EnvelopesController],
    providers: [
      { provide: CALLS, useValue: calls },
      { provide: ENVELOPE_BUS, useValue: envelopes },
    ],
  };
}
