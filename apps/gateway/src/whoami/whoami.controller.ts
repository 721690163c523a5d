import { whoamiSchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { NOTES, OWNER, type Notes, type OwnerGateway } from '../ports.js';
import { whoami } from './whoami.js';

@Controller('v1/whoami')
export class WhoamiController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(NOTES) private readonly notes: Notes,
  ) {}

  @Get()
  @describe({
    summary: 'What the credential of this call is, and what is left of what it may spend',
    area: 'organization',
    answers: { 200: whoamiSchema },
  })
  whoami(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => whoami(request, this.owner, this.notes));
  }
}
