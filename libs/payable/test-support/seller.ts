import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, readJson, type JsonObject } from '#contracts';
import type { Middleware } from '../src/express.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of Node's own with one payable route. */
export class Seller {
  /** How often the handler ran. */
  served = 0;

  private constructor(private readonly server: Server) {}

  static async start(paid: Middleware, handler: Handler): Promise<Seller> {
    const server = createServer();
    const seller = new Seller(server);
    server.on('request', (request, response) => {
      void paid(request as never, response, (error) => {
        if (error) return response.writeHead(500).end('broken');
        seller.served += 1;
        return handler(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return seller;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/page?q=1`;
  }

  get(headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url, { headers });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The object that an answer's header holds. */
export function header(response: Response, name: string): JsonObject {
  const value = response.headers.get(name);
  if (value === null) throw new Error(`no ${name}`);
  const text = value.startsWith('{') ? value : Buffer.from(value, 'base64').toString('utf8');
  const parsed = JSON.parse(text) as unknown;
  if (!isJsonObject(parsed) || !readJson(text).ok) throw new Error(`${name} holds no object`);
  return parsed;
}

export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
}
