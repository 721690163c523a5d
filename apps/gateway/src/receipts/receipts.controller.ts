import { receiptSchema, receiptsAnswerSchema, receiptsQuerySchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathPart } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { OWNER, REPORTS, SETTLEMENT, type OwnerGateway, type Reports, type Settlement } from '../ports.js';
import { askSettlement } from '../settlement/ask-settlement.js';
import { listReceipts } from './list-receipts.js';
import { STATUSES } from './statuses.js';

const area = 'receipts';

@Controller('v1/receipts')
export class ReceiptsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(REPORTS) private readonly reports: Reports,
    @Inject(SETTLEMENT) private readonly settlement: Settlement,
  ) {}

  @Get()
  @describe({
    summary: 'List what is receipted: every payment and every refusal',
    area,
    query: receiptsQuerySchema,
    answers: { 200: receiptsAnswerSchema },
  })
  listReceipts(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listReceipts(request, reply, this.owner, this.reports));
  }

  @Get(':id')
  @describe({
    summary: 'Read the signed receipt of a payment or a refusal, for whoever may read the payment',
    area,
    path: { id: 'Id of a receipt.' },
    answers: { 200: receiptSchema },
  })
  readReceipt(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = { id: pathPart(request, 'id') };
    return respond(reply, () =>
      askSettlement(this.settlement, 'receipt.read', request, readCaller(request), STATUSES, parameters),
    );
  }
}
