import { RequestHandler } from '#bus';
import { subjects, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { Controller, Inject } from '@nestjs/common';
import { answer } from '../answer.js';
import { LOGGER, PARTS, type SettlementParts } from '../ports.js';
import { FirstMoment } from './first-moment.js';
import { publishedKeys } from './published-keys.js';
import { readReceipt } from './read-receipt.js';

@Controller()
export class ReceiptsController {
  readonly #firstMoment: FirstMoment;

  constructor(
    @Inject(PARTS) private readonly parts: SettlementParts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#firstMoment = new FirstMoment(parts.log);
  }

  @RequestHandler(subjects.settlement('receipt.read'))
  readReceipt(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => readReceipt(this.parts, one));
  }

  @RequestHandler(subjects.settlement('jwks'))
  publishedKeys(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, () => publishedKeys(this.parts, this.#firstMoment));
  }
}
