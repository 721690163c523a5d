import {
  emailServiceSchema,
  imageAnswerSchema,
  imageServiceSchema,
  messageAnswerSchema,
  paidServiceSchema,
  paymentAnswerSchema,
  payServiceSchema,
  searchAnswerSchema,
  searchServiceSchema,
  smsServiceSchema,
  type SettlementCall,
} from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCaller } from '../http/caller.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement } from '../settlement/ask-settlement.js';
import { STATUSES } from './statuses.js';

const area = 'services';

/** Calls that buy something of a service: what agents have always called. */
@Controller('v1')
export class PaidCallsController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Post('pay')
  @describe({
    summary: 'Call a paid service within a budget, and get its answer with the receipt',
    area,
    body: payServiceSchema,
    answers: { 200: paidServiceSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  pay(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call('service.pay', request, reply);
  }

  @Post('search')
  @describe({
    summary: 'Search, whichever service does it',
    area,
    body: searchServiceSchema,
    answers: { 200: searchAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call('service.search', request, reply);
  }

  @Post('email/send')
  @describe({
    summary: 'Send an e-mail, whichever service does it',
    area,
    body: emailServiceSchema,
    answers: { 200: messageAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  sendEmail(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call('service.email', request, reply);
  }

  @Post('image')
  @describe({
    summary: 'Have an image made, whichever service does it',
    area,
    body: imageServiceSchema,
    answers: { 200: imageAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  makeImage(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call('service.image', request, reply);
  }

  @Post('sms')
  @describe({
    summary: 'Send a text message, whichever service does it',
    area,
    body: smsServiceSchema,
    answers: { 200: messageAnswerSchema, 202: paymentAnswerSchema },
    keyed: true,
  })
  sendSms(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#call('service.sms', request, reply);
  }

  #call(call: SettlementCall, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return respond(reply, () => askSettlement(this.settlement, call, request, readCaller(request), STATUSES));
  }
}
