import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { JSON_TYPE } from '../http/http-reply.js';
import { respond } from '../http/respond.js';
import { describe } from './describe.js';
import { OpenApiText } from './document.js';

@Controller('openapi.json')
export class OpenApiController {
  constructor(@Inject(OpenApiText) private readonly document: OpenApiText) {}

  @Get()
  @describe({ summary: 'This document', area: 'operating', answers: { 200: 'OpenAPI 3.1' }, open: true })
  openapi(@Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => ({ status: 200, contentType: JSON_TYPE, body: this.document.get() }));
  }
}
