import type { Logger } from '#observability';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from './content/picture.js';
import { json } from './exchange.js';
import { providers } from './providers/index.js';
import { askedOf, bodyOf, targetOf, type Target } from './read-asked.js';
import { MARK, sendReply } from './send-reply.js';
import { Upstream, type Reply } from './upstream.js';

/** Longer than callers keep a connection that they do not use: else one is closed just when a call is sent on it. */
const KEEP_ALIVE_MS = 75_000;

export interface SandboxOptions {
  readonly host: string;
  readonly port: number;
  /** Before every answer. */
  readonly latency_ms: number;
  readonly logger: Logger;
}

export interface RunningSandbox {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The sandbox upstream, listening. It keeps what it was asked in memory only. */
export async function startSandbox({ host, port, latency_ms, logger }: SandboxOptions): Promise<RunningSandbox> {
  const upstream = new Upstream();
  const server = createServer((request, response) => {
    answer(upstream, request, response, latency_ms).catch((error: unknown) => {
      // A caller that is gone while its body is read is no failure of ours.
      if (!request.destroyed) logger.error({ err: error }, 'A call could not be answered');
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  const url = `http://${host}:${typeof address === 'object' && address ? address.port : port}`;
  logger.info({ url }, 'The sandbox listens');
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url, stop };
}

async function answer(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  latency_ms: number,
): Promise<void> {
  const target = targetOf(request.url ?? '/');
  if (target.host === 'sandbox') return answerAboutItself(upstream, request, response, target);
  const ofHost = providers.filter(({ host }) => host === target.host);
  const provider = ofHost.find((each) => each.isPath(target.path)) ?? ofHost[0];
  if (!provider)
    return sendReply(response, plainly(404, `The sandbox plays no ${target.host}, but ${hosts.join(', ')}.`));

  const body = await bodyOf(request);
  const asked = askedOf(request, target, body ?? '', provider);
  const end = upstream.calls.begin(provider.name, asked);
  const reply = !provider.isPath(target.path)
    ? ofProvider(provider.failure(404, `Invalid URL (${asked.method} ${target.path})`))
    : body === undefined
      ? ofProvider(provider.failure(413, 'The body is too large.'))
      : upstream.reply(provider, asked);
  const wait = latency_ms + (reply.trouble.delay_ms ?? 0);
  if (wait > 0) await sleep(wait);
  end({ status: reply.trouble.hangup ? null : reply.answer.status, repeated: reply.repeated });
  await sendReply(response, reply);
}

const hosts = [...new Set(providers.map(({ host }) => host))];

async function answerAboutItself(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  { path, search }: Target,
): Promise<void> {
  const [, colour] = /^\/images\/([0-9a-f]{6})\.png$/.exec(path) ?? [];
  if (request.method === 'GET' && colour !== undefined) {
    response.writeHead(200, { ...MARK, 'content-type': 'image/png' }).end(picture(colour));
  } else if (request.method === 'GET' && path === '/calls') {
    const containing = new URLSearchParams(search).get('containing') ?? '';
    await sendReply(response, ofProvider(json(200, { calls: upstream.calls.newest(containing) })));
  } else if (request.method === 'DELETE' && path === '/calls') {
    upstream.forget();
    await sendReply(response, ofProvider({ status: 204, content: { kind: 'nothing' } }));
  } else {
    await sendReply(response, plainly(404, 'The sandbox has GET and DELETE /sandbox/calls, and images.'));
  }
}

function plainly(status: number, message: string): Reply {
  return ofProvider(json(status, { error: message }));
}

function ofProvider(given: Reply['answer']): Reply {
  return { answer: given, trouble: {}, chunk_ms: 0, repeated: false };
}
