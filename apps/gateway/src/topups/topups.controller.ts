import { topUpAnswerSchema, topUpSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { topUp } from './top-up.js';

@Controller('v1/topups')
export class TopUpsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Bring money into a wallet, or raise the limit of a session or an agent',
    area: 'money',
    body: topUpSchema,
    answers: { 201: topUpAnswerSchema },
    keyed: true,
  })
  topUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => topUp(request, this.owner));
  }
}
