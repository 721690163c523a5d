import type { Health } from '#observability';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { jsonReply } from '../http/http-reply.js';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { HEALTH } from '../ports.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: Health) {}

  @Get('live')
  @describe({ summary: 'The process answers', area: 'operating', answers: { 200: 'It does' }, open: true })
  live(@Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => jsonReply(200, this.health.live()));
  }

  @Get('ready')
  @describe({
    summary: 'Everything that the process depends on answers too',
    area: 'operating',
    answers: { 200: 'It does', 503: 'It does not; `checks` says what' },
    open: true,
  })
  ready(@Res() reply: FastifyReply): Promise<void> {
    return respond(reply, async () => {
      const report = await this.health.ready();
      return jsonReply(report.status === 'ok' ? 200 : 503, report);
    });
  }
}
