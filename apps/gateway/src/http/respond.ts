import { problemOfCode } from '#contracts';
import type { Logger } from '#observability';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { problemReply, Refused, type HttpReply } from './http-reply.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where failed requests are logged. Fastify's own logger would make a child for every request. */
    failures: Logger;
  }
}

/** Must be called before the first request. */
export function logFailuresTo(fastify: FastifyInstance, logger: Logger): void {
  fastify.decorate('failures', logger);
}

/**
 * Runs a use case and sends its answer. What it throws is answered here rather than by Nest's exception layer: refusals as
 * they are, anything else as a 503 that says nothing of the inside (fail closed). `shape` is for callers that read a protocol's
 * answers and no problem documents.
 */
export async function respond(
  reply: FastifyReply,
  run: () => HttpReply | Promise<HttpReply>,
  shape: (answer: HttpReply) => HttpReply = (answer) => answer,
): Promise<void> {
  let answer: HttpReply;
  try {
    answer = await run();
  } catch (thrown) {
    answer = replyOf(thrown, reply);
  }
  send(reply, shape(answer));
}

export function send(reply: FastifyReply, answer: HttpReply): void {
  void reply.code(answer.status).header('content-type', answer.contentType);
  if (answer.headers) void reply.headers(answer.headers);
  void reply.send(answer.stream ? Readable.from(answer.stream, { objectMode: false }) : answer.body);
}

function replyOf(thrown: unknown, reply: FastifyReply): HttpReply {
  if (thrown instanceof Refused) return thrown.reply;
  reply.server.failures.error({ err: thrown }, 'A request failed');
  return problemReply(problemOfCode('internal_error'), { 'retry-after': '1' });
}
