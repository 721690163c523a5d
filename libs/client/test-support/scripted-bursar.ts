import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BursarClient } from '../src/index.js';

/** One request as it came. */
export interface Seen {
  method: string;
  url: string;
  key: string | undefined;
  authorization: string | undefined;
  session: string | undefined;
  body: unknown;
}

export type Step = (response: ServerResponse, request: IncomingMessage) => void;

/** A real HTTP server in the place of Bursar, which answers one step after the other, the last one for ever. */
export class ScriptedBursar {
  readonly seen: Seen[] = [];

  private constructor(readonly server: Server) {}

  static async start(...steps: Step[]): Promise<ScriptedBursar> {
    const server = createServer();
    const bursar = new ScriptedBursar(server);
    server.on('request', (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        bursar.seen.push(seenOf(request, text));
        steps[Math.min(bursar.seen.length, steps.length) - 1]!(response, request);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return bursar;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  client(): BursarClient {
    return new BursarClient({ url: this.url, token: 'secret', attempt_timeout_ms: 300 });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function seenOf(request: IncomingMessage, text: string): Seen {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    key: request.headers['idempotency-key'] as string | undefined,
    authorization: request.headers.authorization,
    session: request.headers['bursar-session'] as string | undefined,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export function problemBody(code: string, status: number, fields: object = {}) {
  const type = `urn:bursar:error:${code}`;
  return { type, title: code, status, detail: code, code, retryable: true, action: 'again', ...fields };
}
