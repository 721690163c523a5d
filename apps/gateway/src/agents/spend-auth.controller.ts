import { spendAuthAnswerSchema, spendAuthSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { scopeAgent } from './scope-agent.js';

@Controller('v1/spend-auth')
export class SpendAuthController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Make a scoped agent, which can spend at most the limit in the name of another',
    area: 'agents',
    body: spendAuthSchema,
    answers: { 201: spendAuthAnswerSchema },
    keyed: true,
  })
  scopeAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => scopeAgent(request, this.owner));
  }
}
