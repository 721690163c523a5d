import {
  facilitatorCallSchema,
  settleAnswerSchema,
  settlementStatusSchema,
  supportedAnswerSchema,
  verifyAnswerSchema,
} from '#contracts';
import { pathPart } from '../http/body.js';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCaller, type Caller } from '../http/caller.js';
import { Refused } from '../http/http-reply.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement, type StatusOfOutcome } from '../settlement/ask-settlement.js';
import { inProtocolShape } from './protocol-shape.js';

const area = 'x402';

/** The bodies are the protocol's own whatever the status: the published servers read them before they look at it. */
const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 200,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  unavailable: 503,
  throttled: 429,
};

@Controller('x402')
export class FacilitatorController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Get('supported')
  @describe({
    summary: 'Networks, schemes and assets that are settled here',
    area,
    answers: { 200: supportedAnswerSchema },
    open: true,
  })
  supported(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => askSettlement(this.settlement, 'x402.supported', request, undefined, STATUSES));
  }

  @Post('verify')
  @describe({
    summary: 'Whether settling would pass now; asked by the payee',
    area,
    body: facilitatorCallSchema,
    answers: { 200: verifyAnswerSchema },
  })
  verify(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(
      reply,
      () => askSettlement(this.settlement, 'x402.verify', request, callerIfAny(request), STATUSES),
      (answer) => inProtocolShape(request, answer),
    );
  }

  @Post('settle')
  @describe({
    summary: 'Ends the hold that the payload names, once; asked by the payee',
    area,
    body: facilitatorCallSchema,
    answers: { 200: settleAnswerSchema },
    keyed: true,
  })
  settle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(
      reply,
      () => askSettlement(this.settlement, 'x402.settle', request, callerIfAny(request), STATUSES),
      (answer) => inProtocolShape(request, answer),
    );
  }

  @Get('settlements/:transaction')
  @describe({
    summary: 'What became of a settlement whose answer was lost; asked by payee or payer',
    area,
    path: { transaction: 'As the answer named it: the id of the payment, or its form as a hash.' },
    answers: { 200: settlementStatusSchema },
  })
  status(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = { transaction: pathPart(request, 'transaction') };
    return respond(reply, () =>
      askSettlement(this.settlement, 'x402.status', request, readCaller(request), STATUSES, parameters),
    );
  }
}

/** A credential that is none is answered in the protocol's shape too. */
function callerIfAny(request: FastifyRequest): Caller | undefined {
  try {
    return readCaller(request);
  } catch (thrown) {
    if (thrown instanceof Refused) return undefined;
    throw thrown;
  }
}
