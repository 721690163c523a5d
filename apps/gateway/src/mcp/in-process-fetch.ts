import type { FastifyInstance } from 'fastify';

/**
 * A `fetch` that asks this very gateway, with no socket between: what a tool does passes the whole HTTP edge, as if its caller had sent
 * it (A6). `headers` stand beside those of each request.
 */
export function inProcessFetch(fastify: FastifyInstance, headers: Readonly<Record<string, string>>) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url);
    const answering = fastify.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: `${pathname}${search}`,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
      ...(typeof init.body === 'string' ? { payload: init.body } : {}),
    });
    const answer = await endedBy(answering, init.signal);
    const told = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    return new Response(answer.statusCode === 204 ? null : answer.body, { status: answer.statusCode, headers: told });
  };
}

/** What was asked goes on all the same, as it does when a connection is lost. */
function endedBy<Value>(promise: Promise<Value>, signal: AbortSignal | null | undefined): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
