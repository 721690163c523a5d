import { RequestHandler } from '#bus';
import { subjects, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { Controller, Inject } from '@nestjs/common';
import { answer } from '../answer.js';
import { LOGGER, PARTS, type SettlementParts } from '../ports.js';
import { listAddresses } from './list-addresses.js';
import { registerAddress } from './register-address.js';
import { removeAddress } from './remove-address.js';

@Controller()
export class AddressesController {
  constructor(
    @Inject(PARTS) private readonly parts: SettlementParts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @RequestHandler(subjects.settlement('address.register'))
  register(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => registerAddress(this.parts, one));
  }

  @RequestHandler(subjects.settlement('address.list'))
  list(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => listAddresses(this.parts, one));
  }

  @RequestHandler(subjects.settlement('address.remove'))
  remove(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => removeAddress(this.parts, one));
  }
}
