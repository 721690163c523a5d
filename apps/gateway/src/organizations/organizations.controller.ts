import { issueAdminKeySchema, keyIssuedSchema, openOrganizationSchema, organizationOpenedSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, PLATFORM, type OwnerGateway, type Platform } from '../ports.js';
import { issueAdminKey } from './issue-admin-key.js';
import { openOrganization } from './open-organization.js';

const area = 'organizations';

/** For whoever runs Bursar for several tenants, with the platform key. */
@Controller('v1/organizations')
export class OrganizationsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Post()
  @describe({
    summary: 'Open an organization, with the platform key; its first admin key is shown once',
    area,
    body: openOrganizationSchema,
    answers: { 201: organizationOpenedSchema },
    keyed: true,
  })
  openOrganization(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => openOrganization(request, this.owner, this.platform));
  }

  @Post(':id/admin-keys')
  @describe({
    summary: 'Issue another admin key for an organization, with the platform key',
    area,
    path: { id: 'Id of an organization.' },
    body: issueAdminKeySchema,
    answers: { 201: keyIssuedSchema },
    keyed: true,
  })
  issueAdminKey(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => issueAdminKey(request, this.owner, this.platform));
  }
}
