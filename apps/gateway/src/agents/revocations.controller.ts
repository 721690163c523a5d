import { agentStepSchema, revokeAgentSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { revokeAgent } from './revoke-agent.js';

@Controller('v1/revocations')
export class RevocationsController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post(':revocation_id')
  @describe({
    summary: 'Revoke an agent: from then on its token gets 401, at once, on every replica',
    area: 'agents',
    path: { revocation_id: "From the answer to the agent's registration." },
    body: revokeAgentSchema,
    bodyIsOptional: true,
    answers: { 200: agentStepSchema },
    keyed: true,
  })
  revokeAgent(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => revokeAgent(request, this.owner));
  }
}
