import { eventsAnswerSchema, eventsQuerySchema } from '#contracts';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { LOG, OWNER, type LogReader, type OwnerGateway } from '../ports.js';
import { listEvents } from './list-events.js';

@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(LOG) private readonly log: LogReader,
  ) {}

  @Get()
  @describe({
    summary: 'Events from the log, oldest first',
    area: 'proof',
    query: eventsQuerySchema,
    answers: { 200: eventsAnswerSchema },
  })
  listEvents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => listEvents(request, this.owner, this.log));
  }
}
