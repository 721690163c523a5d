import type { FastifyInstance } from 'fastify';

/** Which methods each address takes, so that a wrong method is told from a wrong address. */
export class RouteTable {
  readonly #routes: { pattern: RegExp; method: string }[] = [];

  /** Must be called before the routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const pattern = new RegExp(`^${url.replace(/:[A-Za-z]+/g, '[^/]+')}/?$`);
      for (const each of [method].flat()) this.#routes.push({ pattern, method: each });
    });
  }

  /** Methods that the address takes; none where there is no such address. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0]!;
    return [...new Set(this.#routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  }
}
