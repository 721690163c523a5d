import { spendReportQuerySchema, spendReportSchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, REPORTS, type OwnerGateway, type Reports } from '../ports.js';
import { reportSpend } from './spend-report.js';

@Controller('v1/reports')
export class ReportsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(REPORTS) private readonly reports: Reports,
  ) {}

  @Get('spend')
  @describe({
    summary: 'Spend by agent, label, session, service, protocol, counterparty or day; JSON or CSV',
    area: 'reports',
    query: spendReportQuerySchema,
    answers: { 200: spendReportSchema },
  })
  reportSpend(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => reportSpend(request, reply, this.owner, this.reports));
  }
}
