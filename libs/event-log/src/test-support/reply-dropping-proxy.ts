import { createServer, connect, type Socket } from 'node:net';

/** A way to PostgreSQL on which answers can be lost. */
export interface ReplyDroppingProxy {
  /** The given URL, by way of the proxy. */
  url: string;
  /** From now on: requests arrive, answers do not; when the first one would have come the connection is cut. */
  dropNextReply(): void;
  /** From now on nothing passes in either direction, and nobody says so. */
  freeze(): void;
  close(): Promise<void>;
}

export async function startReplyDroppingProxy(url: string): Promise<ReplyDroppingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let dropping = false;
  let frozen = false;
  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    sockets.add(client).add(database);
    for (const socket of [client, database]) socket.on('error', () => undefined);
    client.on('data', (data) => {
      if (!frozen) database.write(data);
    });
    database.on('data', (data) => {
      if (dropping) client.destroy();
      else if (!frozen) client.write(data);
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const through = new URL(url);
  through.port = `${address.port}`;
  return {
    url: through.href,
    dropNextReply: () => void (dropping = true),
    freeze: () => void (frozen = true),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
