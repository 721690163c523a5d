import {
  cancelPaymentRequestSchema,
  declinePaymentRequestSchema,
  openPaymentRequestSchema,
  paymentAnswerSchema,
  paymentRequestOpenedSchema,
  paymentRequestsAnswerSchema,
  paymentRequestsQuerySchema,
  paymentRequestStateSchema,
  paymentRequestStepSchema,
  payPaymentRequestSchema,
  readPaymentRequestQuerySchema,
} from '#contracts';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { NOTES, OWNER, REPORTS, type Notes, type OwnerGateway, type Reports } from '../ports.js';
import { cancelPaymentRequest, declinePaymentRequest } from './end-payment-request.js';
import { listPaymentRequests } from './list-payment-requests.js';
import { openPaymentRequest } from './open-payment-request.js';
import { payPaymentRequest } from './pay-payment-request.js';
import { readPaymentRequest } from './read-payment-request.js';

const area = 'payment requests';
const path = { id: 'Id of a payment request.' };

@Controller('v1/payment-requests')
export class PaymentRequestsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(REPORTS) private readonly reports: Reports,
    @Inject(NOTES) private readonly notes: Notes,
  ) {}

  @Post()
  @describe({
    summary: 'Ask an agent for money, in the name of the agent that is to have it',
    area,
    body: openPaymentRequestSchema,
    answers: { 201: paymentRequestOpenedSchema },
    keyed: true,
  })
  openPaymentRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => openPaymentRequest(request, this.owner, this.notes));
  }

  @Get()
  @describe({
    summary: 'List payment requests, as payee or as payer; what is open first',
    area,
    query: paymentRequestsQuerySchema,
    answers: { 200: paymentRequestsAnswerSchema },
  })
  listPaymentRequests(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listPaymentRequests(request, reply, this.owner, this.reports));
  }

  @Get(':id')
  @describe({
    summary: 'Read a payment request, as its payee or its payer',
    area,
    path,
    query: readPaymentRequestQuerySchema,
    answers: { 200: paymentRequestStateSchema },
  })
  readPaymentRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readPaymentRequest(request, this.owner, this.notes));
  }

  @Post(':id/pay')
  @describe({
    summary: 'Pay what is asked for, at once, by the agent that is asked',
    area,
    path,
    body: payPaymentRequestSchema,
    bodyIsOptional: true,
    answers: { 201: paymentAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  payPaymentRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => payPaymentRequest(request, this.owner));
  }

  @Post(':id/cancel')
  @describe({
    summary: 'Ask no longer, as the payee',
    area,
    path,
    body: cancelPaymentRequestSchema,
    bodyIsOptional: true,
    answers: { 200: paymentRequestStepSchema },
    keyed: true,
  })
  cancelPaymentRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => cancelPaymentRequest(request, this.owner));
  }

  @Post(':id/decline')
  @describe({
    summary: 'Say that it will not be paid, as the payer',
    area,
    path,
    body: declinePaymentRequestSchema,
    bodyIsOptional: true,
    answers: { 200: paymentRequestStepSchema },
    keyed: true,
  })
  declinePaymentRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => declinePaymentRequest(request, this.owner));
  }
}
