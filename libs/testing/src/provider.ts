import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProviderRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When it came, as `performance.now()` has it. */
  readonly at: number;
}

/** An answer, or what becomes of the connection without one. */
export type ProviderReply =
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer }
  /** Server-sent events, each piece written when it is given; rejecting breaks the connection. */
  | { events: AsyncIterable<string | Buffer> }
  /** Before the head of an answer, or in its body. */
  | { hangup: 'before' | 'within' };

/** A provider of paid services of the test's own: a real server, which answers when and what the test says. */
export class Provider {
  readonly requests: ProviderRequest[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(
    reply: (request: ProviderRequest, count: number) => Promise<ProviderReply> | ProviderReply,
  ): Promise<Provider> {
    let count = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void answer());
      const answer = async (): Promise<void> => {
        const body = Buffer.concat(chunks).toString();
        const asked = { path: request.url ?? '', headers: request.headers, body, at: performance.now() };
        provider.requests.push(asked);
        const said = await reply(asked, (count += 1));
        if ('hangup' in said) {
          if (said.hangup === 'within') {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
            await new Promise((resolve) => response.write('{"answer":', resolve));
          }
          return void request.socket.destroy();
        }
        if ('events' in said) return sendEvents(response, said.events);
        response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
        response.end(said.body ?? '{"answer":"42","cost":0.02}');
      };
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new Provider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return provider;
  }

  /** How often it was asked something that has this text in it. */
  asked(text: string): number {
    return this.of(text).length;
  }

  of(text: string): ProviderRequest[] {
    return this.requests.filter(({ body, path }) => body.includes(text) || path.includes(text));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function sendEvents(response: ServerResponse, events: AsyncIterable<string | Buffer>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  try {
    for await (const piece of events) await new Promise((resolve) => response.write(piece, resolve));
    response.end();
  } catch {
    response.destroy();
  }
}
