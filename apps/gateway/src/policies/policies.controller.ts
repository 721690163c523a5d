import { policySimulationSchema, simulatePolicySchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { LOG, OWNER, type LogReader, type OwnerGateway } from '../ports.js';
import { simulatePolicy } from './simulate-policy.js';

const area = 'policies';

@Controller('v1/policies')
export class PoliciesController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(LOG) private readonly log: LogReader,
  ) {}

  @Post('simulate')
  @describe({
    summary: 'What a draft of limits and lists would have refused of recorded payments; changes nothing',
    area,
    body: simulatePolicySchema,
    answers: { 200: policySimulationSchema },
  })
  simulatePolicy(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => simulatePolicy(request, this.owner, this.log, Date.now()));
  }
}
