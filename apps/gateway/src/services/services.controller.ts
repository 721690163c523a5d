import {
  removedServiceSchema,
  serviceDefinitionBodySchema,
  serviceInFullSchema,
  serviceSecretSchema,
  servicesAnswerSchema,
  serviceSummarySchema,
  type SettlementCall,
} from '#contracts';
import { Controller, Delete, Get, Inject, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathPart } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { SETTLEMENT, type Settlement } from '../ports.js';
import { askSettlement } from '../settlement/ask-settlement.js';
import { STATUSES } from './statuses.js';

const area = 'services';
const path = { name: 'Name of a service.' };

/** Which services there are, and what an org makes of them. */
@Controller('v1/services')
export class ServicesController {
  constructor(@Inject(SETTLEMENT) private readonly settlement: Settlement) {}

  @Get()
  @describe({ summary: 'List the services that can be called', area, answers: { 200: servicesAnswerSchema } })
  listServices(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#ask('service.list', request, reply, {});
  }

  @Get(':name')
  @describe({ summary: 'Read a service, with its definition', area, path, answers: { 200: serviceInFullSchema } })
  readService(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#askOfOne('service.show', request, reply);
  }

  @Put(':name')
  @describe({
    summary: 'Define a service of the organization, or define it anew',
    area,
    path,
    body: serviceDefinitionBodySchema,
    answers: { 200: serviceInFullSchema },
  })
  defineService(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#askOfOne('service.define', request, reply);
  }

  @Delete(':name')
  @describe({ summary: 'Remove a service of the organization', area, path, answers: { 200: removedServiceSchema } })
  removeService(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#askOfOne('service.remove', request, reply);
  }

  @Put(':name/secret')
  @describe({
    summary: 'Give a service the secret that it is called with',
    area,
    path,
    body: serviceSecretSchema,
    answers: { 200: serviceSummarySchema },
  })
  keepSecret(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#askOfOne('service.keep_secret', request, reply);
  }

  @Delete(':name/secret')
  @describe({ summary: 'Forget the secret of a service', area, path, answers: { 200: removedServiceSchema } })
  removeSecret(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#askOfOne('service.remove_secret', request, reply);
  }

  #askOfOne(call: SettlementCall, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.#ask(call, request, reply, { name: pathPart(request, 'name') });
  }

  #ask(
    call: SettlementCall,
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: Record<string, string>,
  ): Promise<void> {
    return respond(reply, () =>
      askSettlement(this.settlement, call, request, readCaller(request), STATUSES, parameters),
    );
  }
}
