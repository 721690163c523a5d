import { integrityAnswerSchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { checkIntegrity } from './check-integrity.js';
import { Verifications } from './verifications.js';

@Controller('v1/integrity')
export class IntegrityController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(Verifications) private readonly verifications: Verifications,
  ) {}

  @Get()
  @describe({
    summary: 'Verify the log that holds the organization',
    area: 'proof',
    answers: { 200: integrityAnswerSchema, 202: integrityAnswerSchema },
  })
  checkIntegrity(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => checkIntegrity(request, this.owner, this.verifications));
  }
}
