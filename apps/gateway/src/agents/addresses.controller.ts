import { addressesAnswerSchema, addressStepSchema, registerAddressSchema } from '#contracts';
import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { agentInPath, pathPart } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement, type StatusOfOutcome } from '../settlement/ask-settlement.js';

const area = 'agents';
const path = { agent: 'Handle or id; a leading @ is ignored.' };

const STATUSES: StatusOfOutcome = {
  ok: 200,
  pending: 202,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  unavailable: 503,
  throttled: 429,
};

/** Addresses of EVM accounts; settlement verifies what their keys have signed. */
@Controller('v1/agents')
export class AddressesController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Post(':agent/addresses')
  @describe({
    summary: 'Let an EVM account pay as the agent, and be paid for it',
    area,
    path,
    body: registerAddressSchema,
    answers: { 201: addressStepSchema },
    keyed: true,
  })
  register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => {
      const statuses = { ...STATUSES, ok: 201 };
      const agent = agentInPath(request);
      return askSettlement(this.settlement, 'address.register', request, readCaller(request), statuses, { agent });
    });
  }

  @Get(':agent/addresses')
  @describe({
    summary: 'List the addresses of an agent, with the text that is signed for another',
    area,
    path,
    answers: { 200: addressesAnswerSchema },
  })
  list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => {
      const agent = agentInPath(request);
      return askSettlement(this.settlement, 'address.list', request, readCaller(request), STATUSES, { agent });
    });
  }

  @Delete(':agent/addresses/:address')
  @describe({
    summary: 'Take an address from an agent',
    area,
    path: { ...path, address: '0x and 40 hexadecimal digits.' },
    answers: { 200: addressStepSchema },
    keyed: true,
  })
  remove(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => {
      const named = { agent: agentInPath(request), address: pathPart(request, 'address') };
      return askSettlement(this.settlement, 'address.remove', request, readCaller(request), STATUSES, named);
    });
  }
}
