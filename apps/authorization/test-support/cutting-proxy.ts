import { connect, createServer, type Socket } from 'node:net';

/** A way to PostgreSQL on which connections can be cut, by the name under which they were opened. */
export interface CuttingProxy {
  /** The given URL, by way of the proxy. */
  readonly url: string;
  /** How often a connection was cut. */
  readonly cuts: number;
  /** The next answer to this application never arrives: the server has done its work, and the connection is cut. */
  cutNextAnswerTo(application_name: string): void;
  /** Cuts what is open now and lets nobody in until `open`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

interface Way {
  client: Socket;
  application: string;
}

export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const ways = new Set<Way>();
  const armed = new Set<string>();
  let isShut = false;
  let cuts = 0;
  const cut = (way: Way): void => {
    cuts += 1;
    way.client.destroy();
  };
  const server = createServer((client) => {
    if (isShut) return void client.destroy();
    const database = connect({ host: target.hostname, port: Number(target.port) });
    const way: Way = { client, application: '' };
    ways.add(way);
    for (const socket of [client, database]) socket.on('error', () => undefined);
    client.on('data', (data) => {
      way.application ||= applicationOf(data);
      database.write(data);
    });
    database.on('data', (data) => {
      if (armed.delete(way.application)) cut(way);
      else client.write(data);
    });
    client.on('close', () => {
      ways.delete(way);
      // What was sent is done by the server, whoever is no longer there to hear of it.
      database.end();
    });
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const through = new URL(url);
  through.port = `${address.port}`;
  return {
    url: through.href,
    get cuts() {
      return cuts;
    },
    cutNextAnswerTo: (application_name) => void armed.add(application_name),
    shut() {
      isShut = true;
      for (const way of ways) cut(way);
    },
    open: () => void (isShut = false),
    async close() {
      for (const { client } of ways) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** From the startup message: names and values, each ended by NUL. */
function applicationOf(data: Buffer): string {
  const fields = data.toString('latin1').split('\0');
  return fields[fields.indexOf('application_name') + 1] ?? '';
}
