import {
  discoveryListQuerySchema,
  discoveryListSchema,
  discoverySearchQuerySchema,
  discoverySearchSchema,
} from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlementByQuery, type StatusOfOutcome } from '../settlement/ask-settlement.js';

const area = 'x402';

const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 200,
  malformed: 422,
  unauthorized: 401,
  forbidden: 403,
  throttled: 429,
  unavailable: 503,
};

@Controller('x402/discovery')
export class DiscoveryController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Get('resources')
  @describe({
    summary: 'Resources that were paid for here, and how they are called and paid',
    area,
    query: discoveryListQuerySchema,
    answers: { 200: discoveryListSchema },
  })
  listResources(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () =>
      askSettlementByQuery(this.settlement, 'discovery.list', request, STATUSES, discoveryListQuerySchema),
    );
  }

  @Get('search')
  @describe({
    summary: 'Resources that were paid for here, by words of their declarations',
    area,
    query: discoverySearchQuerySchema,
    answers: { 200: discoverySearchSchema },
  })
  searchResources(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () =>
      askSettlementByQuery(this.settlement, 'discovery.search', request, STATUSES, discoverySearchQuerySchema),
    );
  }
}
