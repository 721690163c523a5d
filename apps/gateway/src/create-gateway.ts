import { BOUNDS, problemOfCode } from '#contracts';
import { NestLogger, type Logger } from '#observability';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { endConnectionsOnClose } from './http/end-connections.js';
import { takeJsonAsText } from './http/content-types.js';
import { ProblemFilter } from './http/problem-filter.js';
import { refuseMalformedHttp } from './http/malformed-http.js';
import { problemReply } from './http/http-reply.js';
import { logFailuresTo, send } from './http/respond.js';
import { RouteTable } from './http/route-table.js';
import { echoTraceparent } from './http/trace.js';
import { measureRequests } from './metrics/request-metrics.js';
import { OpenApiText } from './openapi/document.js';

/** A request must have come in whole by then, so that slow senders hold no sockets; answering may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The gateway, ready to listen. It holds no state: any number of them may stand before the same books. */
export async function createGateway(parts: GatewayParts, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: BOUNDS.body_bytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 75_000,
    clientErrorHandler: refuseMalformedHttp,
    // Addresses that cannot be decoded never reach a route.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) =>
      send(reply, problemReply(problemOfCode('route_not_found'))),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
  });
  const routes = new RouteTable();
  const fastify = adapter.getInstance();
  routes.watch(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.of(parts), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  logFailuresTo(fastify, logger);
  takeJsonAsText(fastify);
  echoTraceparent(fastify);
  endConnectionsOnClose(fastify);
  measureRequests(fastify, parts.metrics);
  app.useGlobalFilters(new ProblemFilter(routes, logger));
  app.get(OpenApiText).of(app);
  return app;
}
