import { jwksSchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement } from '../settlement/ask-settlement.js';
import { STATUSES } from './statuses.js';

@Controller('.well-known')
export class JwksController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Get('jwks.json')
  @describe({
    summary: 'The public keys that receipts are verified with, each with the time that it signs for',
    area: 'receipts',
    answers: { 200: jwksSchema },
    open: true,
  })
  readKeys(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => askSettlement(this.settlement, 'jwks', request, undefined, STATUSES));
  }
}
