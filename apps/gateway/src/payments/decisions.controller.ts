import { decisionAnswerSchema, paymentRequestSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { explainPayment } from './explain-payment.js';

@Controller('v1/decisions')
export class DecisionsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Dry run: what a payment would be answered now, and every rule with its figures, with no effect',
    area: 'payments',
    body: paymentRequestSchema,
    answers: { 200: decisionAnswerSchema },
    keyed: true,
  })
  explainPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => explainPayment(request, this.owner));
  }
}
