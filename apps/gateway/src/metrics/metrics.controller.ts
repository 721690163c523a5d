import type { Metrics } from '#observability';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { METRICS } from '../ports.js';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  @Get()
  @describe({ summary: 'The page that Prometheus scrapes', area: 'operating', answers: { 200: 'Text' }, open: true })
  page(@Res() reply: FastifyReply): Promise<void> {
    return respond(reply, async () => {
      const { contentType, body } = await this.metrics.page();
      return { status: 200, contentType, body };
    });
  }
}
