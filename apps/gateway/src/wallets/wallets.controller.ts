import { walletsAnswerSchema, walletsQuerySchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { listWallets } from './list-wallets.js';

@Controller('v1/wallets')
export class WalletsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Get()
  @describe({
    summary: 'Wallets and what is free and held in them',
    area: 'money',
    query: walletsQuerySchema,
    answers: { 200: walletsAnswerSchema },
  })
  listWallets(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listWallets(request, this.owner));
  }
}
