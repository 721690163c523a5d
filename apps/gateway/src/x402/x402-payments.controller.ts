import {
  paymentAnswerSchema,
  redeemedTokenSchema,
  redeemTokenSchema,
  resolveChallengeSchema,
  resolvedChallengeSchema,
} from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCaller } from '../http/caller.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement, type StatusOfOutcome } from '../settlement/ask-settlement.js';

const area = 'x402';

const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 202,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  unavailable: 503,
  throttled: 429,
};

@Controller('v1/payments/x402')
export class X402PaymentsController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Post('resolve')
  @describe({
    summary: 'Hold what a 402 asks for, and get the token that pays it',
    area,
    body: resolveChallengeSchema,
    answers: { 200: resolvedChallengeSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  resolve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => askSettlement(this.settlement, 'x402.resolve', request, readCaller(request), STATUSES));
  }

  @Post('redeem')
  @describe({
    summary: 'Take what a payment token holds, once; asked by the payee',
    area,
    body: redeemTokenSchema,
    answers: { 200: redeemedTokenSchema },
    keyed: true,
  })
  redeem(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => askSettlement(this.settlement, 'x402.redeem', request, readCaller(request), STATUSES));
  }
}
