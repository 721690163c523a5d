import { testServersAddress } from '#config';

const urls = new Map<string, Promise<string>>();

/** The superuser's URL of the PostgreSQL that this test run shares. Tests use databases of their own in it. */
export function testPostgresUrl(): Promise<string> {
  return urlOf('postgres');
}

/** The nats-server that this test run shares, with JetStream and without identities. Use subjects of your own. */
export function testNatsUrl(): Promise<string> {
  return urlOf('nats');
}

function urlOf(server: 'postgres' | 'nats'): Promise<string> {
  const url = urls.get(server) ?? ask(server);
  urls.set(server, url);
  return url;
}

async function ask(server: string): Promise<string> {
  const address = testServersAddress();
  if (!address) throw new Error('No test servers: this needs jest with the settings of jest.config.js');
  const answer = await fetch(`${address}/${server}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
