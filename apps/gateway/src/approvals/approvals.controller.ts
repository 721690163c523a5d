import {
  approvalAnswerSchema,
  approvalQuerySchema,
  approvalsAnswerSchema,
  approvalsQuerySchema,
  approvalStepSchema,
  approveSchema,
  createGrantSchema,
  denySchema,
  grantCreatedSchema,
  grantRevokedSchema,
  grantsAnswerSchema,
  grantsQuerySchema,
} from '#contracts';
import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, REPORTS, type OwnerGateway, type Reports } from '../ports.js';
import { approvePayment, denyPayment } from './decide-approval.js';
import { createGrant } from './create-grant.js';
import { listApprovals } from './list-approvals.js';
import { listGrants } from './list-grants.js';
import { readApproval } from './read-approval.js';
import { revokeGrant } from './revoke-grant.js';

const area = 'approvals';
const path = { id: 'Id of an approval.' };

@Controller('v1/approvals')
export class ApprovalsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(REPORTS) private readonly reports: Reports,
  ) {}

  @Get()
  @describe({
    summary: 'List payments that wait for an approval, or once did',
    area,
    query: approvalsQuerySchema,
    answers: { 200: approvalsAnswerSchema },
  })
  listApprovals(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listApprovals(request, reply, this.owner, this.reports));
  }

  @Post('grants')
  @describe({
    summary: 'Give a standing grant: payments that it covers need no other approval, and count against it',
    area,
    body: createGrantSchema,
    answers: { 201: grantCreatedSchema },
    keyed: true,
  })
  createGrant(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => createGrant(request, this.owner));
  }

  @Get('grants')
  @describe({
    summary: 'List live grants with what is left of each',
    area,
    query: grantsQuerySchema,
    answers: { 200: grantsAnswerSchema },
  })
  listGrants(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listGrants(request, this.owner));
  }

  @Delete('grants/:id')
  @describe({
    summary: 'Revoke a grant: it covers nothing from the next payment on',
    area,
    path: { id: 'Id of a grant.' },
    answers: { 200: grantRevokedSchema },
    keyed: true,
  })
  revokeGrant(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => revokeGrant(request, this.owner));
  }

  @Get(':id')
  @describe({
    summary: 'Read an approval, or wait for it',
    area,
    path,
    query: approvalQuerySchema,
    answers: { 200: approvalAnswerSchema },
  })
  readApproval(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readApproval(request, this.owner));
  }

  @Post(':id/approve')
  @describe({
    summary: 'Approve: every rule is asked again, then the payment is captured or held as it was asked for',
    area,
    path,
    body: approveSchema,
    bodyIsOptional: true,
    answers: { 200: approvalStepSchema },
    keyed: true,
  })
  approvePayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => approvePayment(request, this.owner));
  }

  @Post(':id/deny')
  @describe({
    summary: 'Deny: the hold is released',
    area,
    path,
    body: denySchema,
    bodyIsOptional: true,
    answers: { 200: approvalStepSchema },
    keyed: true,
  })
  denyPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => denyPayment(request, this.owner));
  }
}
