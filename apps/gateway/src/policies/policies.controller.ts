import { policyChangeSchema, policySimulationSchema, simulatePolicySchema } from '#contracts';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { LOG, OWNER, type LogReader, type OwnerGateway } from '../ports.js';
import { readPolicyVersion } from './read-policy-version.js';
import { simulatePolicy } from './simulate-policy.js';
import { SlicedWork } from './sliced-work.js';

const area = 'policies';

@Controller('v1/policies')
export class PoliciesController {
  readonly #work = new SlicedWork();

  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(LOG) private readonly log: LogReader,
  ) {}

  @Get(':version')
  @describe({
    summary: 'What was set by the event that gave rules their version',
    area,
    path: { version: 'A policy_version, as an answer gave it.' },
    answers: { 200: policyChangeSchema },
  })
  readPolicyVersion(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readPolicyVersion(request, this.owner, this.log));
  }

  @Post('simulate')
  @describe({
    summary: 'What a draft of limits and lists would have refused of recorded payments; changes nothing',
    area,
    body: simulatePolicySchema,
    answers: { 200: policySimulationSchema },
  })
  simulatePolicy(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => simulatePolicy(request, this.owner, this.log, Date.now(), this.#work));
  }
}
