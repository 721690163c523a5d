import { Payable } from '#payable';
import { createServer } from 'node:http';

export interface Seller {
  readonly url: string;
  /** How often each path was asked. */
  readonly asked: Map<string, number>;
  stop(): Promise<void>;
}

/** A site of pages that cost money, or say that they do: `bursar` is where its agent is paid, by the agent's own token. */
export async function startSeller(bursar: string, token: string): Promise<Seller> {
  const report = new Payable({ url: bursar, token, payTo: 'seller' }).route('$0.05');
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const { host } = request.headers;
    const older = { amount: '0.05', currency: 'USD', destination: 'seller', nonce: `${host}${path}` };
    switch (path) {
      case '/free':
        response.end('free for all');
        return;
      case '/report':
        void report(Object.assign(request, { method: 'GET', url: path }), response, (error) =>
          response.writeHead(error ? 500 : 200).end('the report'),
        );
        return;
      case '/silent':
        response.writeHead(402).end('pay!');
        return;
      case '/stubborn':
        response.writeHead(402, { 'x-payment-required': JSON.stringify(older) }).end();
        return;
      case '/broken':
        response.writeHead(request.headers['x-payment'] === undefined ? 402 : 500, {
          'x-payment-required': JSON.stringify(older),
        });
        response.end();
        return;
      default:
        response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, asked, stop };
}
