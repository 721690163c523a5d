import {
  captureRequestSchema,
  dispatchRequestSchema,
  explanationAnswerSchema,
  extendRequestSchema,
  paymentAnswerSchema,
  paymentRequestSchema,
  paymentsAnswerSchema,
  paymentsQuerySchema,
  paymentStepAnswerSchema,
  readPaymentAnswerSchema,
  refundAnswerSchema,
  refundRequestSchema,
  resolveRequestSchema,
  voidRequestSchema,
} from '#contracts';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Explanations } from '../explanations/explanations.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { NOTES, OWNER, REPORTS, type Notes, type OwnerGateway, type Reports } from '../ports.js';
import { authorizePayment } from './authorize-payment.js';
import { capturePayment } from './capture-payment.js';
import { explainDecidedPayment } from './explain-decided-payment.js';
import { extendPayment } from './extend-payment.js';
import { listPayments } from './list-payments.js';
import { readPayment } from './read-payment.js';
import { refundPayment } from './refund-payment.js';
import { resolvePayment } from './resolve-payment.js';
import { dispatchPayment, voidPayment } from './void-payment.js';

const area = 'payments';
const path = { id: 'Id of a payment.' };

@Controller('v1/payments')
export class PaymentsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(REPORTS) private readonly reports: Reports,
    @Inject(NOTES) private readonly notes: Notes,
    @Inject(Explanations) private readonly explanations: Explanations,
  ) {}

  @Post()
  @describe({
    summary: 'Authorize a payment, or authorize and capture it at once',
    area,
    body: paymentRequestSchema,
    answers: { 201: paymentAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  authorizePayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => authorizePayment(request, this.owner, this.notes));
  }

  @Get()
  @describe({
    summary: 'List payments, or read the one of an idempotency key (answered as a PaymentState)',
    area,
    query: paymentsQuerySchema,
    answers: { 200: paymentsAnswerSchema },
  })
  listPayments(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listPayments(request, reply, this.owner, this.reports, this.notes));
  }

  @Get(':id')
  @describe({ summary: 'Read a payment and its history', area, path, answers: { 200: readPaymentAnswerSchema } })
  readPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => readPayment(request, this.owner, this.notes));
  }

  @Get(':id/explanation')
  @describe({
    summary: 'Why a payment was decided as it was: every rule with its figures as of then, on the book as it was',
    area,
    path,
    answers: { 200: explanationAnswerSchema },
  })
  explainDecidedPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => explainDecidedPayment(request, this.owner, this.explanations));
  }

  @Post(':id/capture')
  @describe({
    summary: 'Capture what is held, or a part of it',
    area,
    path,
    body: captureRequestSchema,
    bodyIsOptional: true,
    answers: { 200: paymentStepAnswerSchema },
    keyed: true,
  })
  capturePayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => capturePayment(request, this.owner));
  }

  @Post(':id/void')
  @describe({
    summary: 'Release a hold',
    area,
    path,
    body: voidRequestSchema,
    bodyIsOptional: true,
    answers: { 200: paymentStepAnswerSchema },
    keyed: true,
  })
  voidPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => voidPayment(request, this.owner));
  }

  @Post(':id/refund')
  @describe({
    summary: 'Give captured money back, in part or whole; of a payment from another org, by the org of the payee',
    area,
    path,
    body: refundRequestSchema,
    bodyIsOptional: true,
    answers: { 201: refundAnswerSchema },
    keyed: true,
  })
  refundPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => refundPayment(request, this.owner));
  }

  @Post(':id/dispatch')
  @describe({
    summary: 'Say that the payment goes to the outside: its hold never lapses by itself from here on',
    area,
    path,
    body: dispatchRequestSchema,
    bodyIsOptional: true,
    answers: { 200: paymentStepAnswerSchema },
    keyed: true,
  })
  dispatchPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => dispatchPayment(request, this.owner));
  }

  @Post(':id/extend')
  @describe({
    summary: 'Let an undispatched hold live longer, at most 366 days from its authorization',
    area,
    path,
    body: extendRequestSchema,
    answers: { 200: paymentStepAnswerSchema },
    keyed: true,
  })
  extendPayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => extendPayment(request, this.owner));
  }

  @Post(':id/resolve')
  @describe({
    summary: 'Say what became of a payment that has gone to the outside',
    area,
    path,
    body: resolveRequestSchema,
    answers: { 200: paymentStepAnswerSchema },
    keyed: true,
  })
  resolvePayment(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => resolvePayment(request, this.owner));
  }
}
