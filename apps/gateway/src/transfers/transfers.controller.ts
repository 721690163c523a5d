import { transferAnswerSchema, transferSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { transfer } from './transfer.js';

@Controller('v1/transfers')
export class TransfersController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Move money between wallets of the organization',
    area: 'money',
    body: transferSchema,
    answers: { 201: transferAnswerSchema },
    keyed: true,
  })
  transfer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => transfer(request, this.owner));
  }
}
