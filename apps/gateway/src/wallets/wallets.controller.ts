import { openWalletSchema, walletOpenedSchema, walletsAnswerSchema, walletsQuerySchema } from '#contracts';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { listWallets } from './list-wallets.js';
import { openWallet } from './open-wallet.js';

@Controller('v1/wallets')
export class WalletsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Open an escrow or fee account of the organization',
    area: 'money',
    body: openWalletSchema,
    answers: { 201: walletOpenedSchema },
    keyed: true,
  })
  openWallet(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => openWallet(request, this.owner));
  }

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
