import { BOUNDS, problemOfCode } from '#contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { problemReply, Refused } from './http-reply.js';

/**
 * Bodies are JSON and stay text: amounts are read from it (D4), and the fields by whoever knows them. Every other content
 * type is refused by Fastify with 415.
 */
export function takeJsonAsText(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BOUNDS.body_bytes },
    (request: FastifyRequest, body: Buffer, done) => {
      const charset = /charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
        return done(refused('content_type_unsupported', 'charset must be utf-8'));
      }
      if (!isUtf8(body)) return done(refused('unparseable_body', 'is not UTF-8'));
      done(null, body.toString('utf8'));
    },
  );
}

/** Fastify hands on errors only; the filter looks for the reply inside. */
class RefusedBody extends Error {
  constructor(readonly refused: Refused) {
    super('The body is refused');
  }
}

export function refusedBodyOf(error: unknown): Refused | undefined {
  return error instanceof RefusedBody ? error.refused : undefined;
}

function refused(code: 'content_type_unsupported' | 'unparseable_body', message: string): RefusedBody {
  return new RefusedBody(new Refused(problemReply(problemOfCode(code, { problems: [{ field: 'body', message }] }))));
}
