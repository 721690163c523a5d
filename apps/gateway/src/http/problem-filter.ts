import { problemOfCode, type ErrorCode } from '#contracts';
import type { Logger } from '#observability';
import { Catch, HttpException, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusedBodyOf } from './content-types.js';
import { problemReply, type HttpReply } from './http-reply.js';
import { inProtocolShape } from '../x402/protocol-shape.js';
import { send } from './respond.js';
import type { RouteTable } from './route-table.js';

/** What Fastify refuses before a handler runs; Nest hands it on with the status only. */
const REFUSED_BY_FASTIFY: Readonly<Record<number, ErrorCode>> = {
  400: 'unparseable_body',
  413: 'body_too_large',
  415: 'content_type_unsupported',
};

/** Everything that did not come from a use case: unknown addresses and bodies that were not read. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    send(reply, inProtocolShape(request, this.replyOf(exception, request)));
  }

  private replyOf(exception: unknown, request: FastifyRequest): HttpReply {
    const body = refusedBodyOf(exception);
    if (body) return body.reply;
    if (exception instanceof NotFoundException) return this.notFound(request);
    const code = exception instanceof HttpException ? REFUSED_BY_FASTIFY[exception.getStatus()] : undefined;
    if (code) return problemReply(problemOfCode(code));
    this.logger.error({ err: exception }, 'A request failed outside of its use case');
    return problemReply(problemOfCode('internal_error'), { 'retry-after': '1' });
  }

  private notFound(request: FastifyRequest): HttpReply {
    const methods = this.routes.methodsOf(request.url);
    if (methods.length === 0) return problemReply(problemOfCode('route_not_found'));
    return problemReply(problemOfCode('method_not_allowed'), { allow: methods.join(', ') });
  }
}
