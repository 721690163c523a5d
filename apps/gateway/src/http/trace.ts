import { formatTraceparent, parseTraceparent } from '#observability';
import type { FastifyInstance } from 'fastify';

/** A valid `traceparent` is echoed, so that callers find their trace in our answers; an invalid one is left out (W3C). */
export function echoTraceparent(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const header = request.headers['traceparent'];
    if (typeof header === 'string') {
      const trace = parseTraceparent(header);
      if (trace) void reply.header('traceparent', formatTraceparent(trace));
    }
    done();
  });
}
