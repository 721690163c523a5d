import { RequestHandler } from '#bus';
import { subjects, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { Controller, Inject } from '@nestjs/common';
import { answer } from '../answer.js';
import { LOGGER, PARTS, type SettlementParts } from '../ports.js';
import { redeemToken } from './redeem.js';
import { resolveChallenge } from './resolve.js';
import { settlePayment } from './settle.js';
import { settlementStatus } from './settlement-status.js';
import { supported } from './supported.js';
import { verifyPayment } from './verify.js';

@Controller()
export class X402Controller {
  constructor(
    @Inject(PARTS) private readonly parts: SettlementParts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @RequestHandler(subjects.settlement('x402.supported'))
  supported(): SettlementAnswer {
    return supported(this.parts);
  }

  @RequestHandler(subjects.settlement('x402.resolve'))
  resolve(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => resolveChallenge(this.parts, one));
  }

  @RequestHandler(subjects.settlement('x402.verify'))
  verify(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => verifyPayment(this.parts, one));
  }

  @RequestHandler(subjects.settlement('x402.settle'))
  settle(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => settlePayment(this.parts, one));
  }

  @RequestHandler(subjects.settlement('x402.status'))
  status(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => settlementStatus(this.parts, one));
  }

  @RequestHandler(subjects.settlement('x402.redeem'))
  redeem(request: SettlementRequest): Promise<SettlementAnswer> {
    return answer(this.logger, request, (one) => redeemToken(this.parts, one));
  }
}
