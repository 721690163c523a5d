import { issueKeySchema, keyIssuedSchema, keyRevokedSchema, keysAnswerSchema, keysQuerySchema } from '#contracts';
import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, type OwnerGateway } from '../ports.js';
import { issueKey } from './issue-key.js';
import { listKeys } from './list-keys.js';
import { revokeKey } from './revoke-key.js';

const area = 'organization';

@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(OWNER) private readonly owner: OwnerGateway) {}

  @Post()
  @describe({
    summary: 'Issue a key of the organization with a role',
    area,
    body: issueKeySchema,
    answers: { 201: keyIssuedSchema },
    keyed: true,
  })
  issueKey(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => issueKey(request, this.owner));
  }

  @Get()
  @describe({
    summary: 'List the keys of the organization, revoked ones too; never their tokens',
    area,
    query: keysQuerySchema,
    answers: { 200: keysAnswerSchema },
  })
  listKeys(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listKeys(request, this.owner));
  }

  @Delete(':id')
  @describe({
    summary: 'Revoke a key',
    area,
    path: { id: 'Id of a key.' },
    answers: { 200: keyRevokedSchema },
    keyed: true,
  })
  revokeKey(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => revokeKey(request, this.owner));
  }
}
