import type { FastifyInstance } from 'fastify';

const LOOK_EVERY_MS = 10;

/**
 * When the gateway closes, requests under way are answered, and then every connection is ended. Node ends those that are
 * idle after a request, but waits for those on which nothing was ever asked, such as a browser opens ahead of its need.
 */
export function endConnectionsOnClose(fastify: FastifyInstance): void {
  let underWay = 0;
  fastify.addHook('onRequest', (_request, _reply, done) => {
    underWay += 1;
    done();
  });
  fastify.addHook('onResponse', (_request, _reply, done) => {
    underWay -= 1;
    done();
  });
  fastify.addHook('preClose', (done) => {
    const { server } = fastify;
    const timer = setInterval(() => {
      if (!server.listening && underWay === 0) server.closeAllConnections();
    }, LOOK_EVERY_MS);
    server.once('close', () => clearInterval(timer));
    done();
  });
}
