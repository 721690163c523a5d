import { changeOrganizationSchema, organizationSchema } from '#contracts';
import { Controller, Get, Inject, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { changeOrganization } from './change-organization.js';
import { readOrganization } from './read-organization.js';

const area = 'organization';

@Controller('v1/org')
export class OrganizationController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Get()
  @describe({ summary: 'The settings of the organization', area, answers: { 200: organizationSchema } })
  readOrganization(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readOrganization(request, this.owner));
  }

  @Patch()
  @describe({
    summary: 'Change limits, lists and first-use defaults of the organization at run time',
    area,
    body: changeOrganizationSchema,
    answers: { 200: organizationSchema },
  })
  changeOrganization(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => changeOrganization(request, this.owner));
  }
}
