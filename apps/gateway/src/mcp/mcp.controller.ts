import { mcpMessageSchema } from '#contracts';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { respond } from '../http/respond.js';
import { describe } from '../openapi/describe.js';
import { BROWSER_ORIGINS, OWNER, type OwnerGateway } from '../ports.js';
import { answerMcp } from './answer-mcp.js';
import { refuseStrangePages } from './browser-guard.js';

/** No GET and no DELETE: there is no session to listen to or to end. */
@Controller('mcp')
export class McpController {
  constructor(
    @Inject(OWNER) private readonly owner: OwnerGateway,
    @Inject(BROWSER_ORIGINS) private readonly origins: readonly string[],
  ) {}

  @Post()
  @describe({
    summary: 'Tools for models by the Model Context Protocol (streamable HTTP, no sessions): docs/mcp.md',
    area: 'mcp',
    body: mcpMessageSchema,
    answers: { 200: mcpMessageSchema, 202: 'A notification was taken' },
  })
  mcp(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return respond(reply, () => {
      refuseStrangePages(request, this.origins);
      return answerMcp(request, this.owner);
    });
  }
}
