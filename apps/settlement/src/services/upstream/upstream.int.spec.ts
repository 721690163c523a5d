import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Provider, type ProviderReply } from '#testing';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Upstream } from './upstream.js';

let provider: Provider;
let upstream: Upstream;
let reply: () => Promise<ProviderReply> | ProviderReply;
const servers: Server[] = [];

beforeAll(async () => void (provider = await Provider.start(() => reply())));
afterEach(async () => {
  await upstream?.close();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => provider.stop());

function open(origin = provider.url, answer_bytes = 4_096): Upstream {
  upstream = new Upstream({ allowed_origins: [origin], answer_bytes, connect_timeout_ms: 500 });
  return upstream;
}

function call(said: ProviderReply | (() => Promise<ProviderReply>), timeout_ms = 2_000) {
  reply = typeof said === 'function' ? said : () => said;
  return open().call({ method: 'POST', url: `${provider.url}/x`, headers: { 'x-a': '1' }, body: 'asked' }, timeout_ms);
}

/** A server that does with each connection what the test says. */
async function raw(take: (socket: Socket, count: number) => void): Promise<string> {
  let count = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    take(socket, (count += 1));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('A call of a provider', () => {
  it('C3: gives its answer, with its status and headers in lower case', async () => {
    const headers = { 'X-Message-Id': 'm1', 'set-cookie': 'a=1' };
    expect(await call({ status: 422, headers, body: '{"no":"ü"}' })).toMatchObject({
      kind: 'answered',
      status: 422,
      headers: { 'x-message-id': 'm1' },
      body: '{"no":"ü"}',
    });
    expect(provider.requests.at(-1)).toMatchObject({ body: 'asked', headers: { 'x-a': '1' } });
  });

  it('C3: that has no answer in time may have been done', async () => {
    const never = () => new Promise<ProviderReply>((resolve) => setTimeout(() => resolve({}), 400));
    expect(await call(never, 100)).toEqual({ kind: 'unknown', reason: 'no answer came in time' });
  });

  it('C3: whose answer breaks off before its head or within it may have been done', async () => {
    expect(await call({ hangup: 'before' })).toEqual({ kind: 'unknown', reason: 'UND_ERR_SOCKET' });
    expect(await call({ hangup: 'within' })).toMatchObject({ kind: 'unknown' });
  });

  it('B3: that was refused with half a reason is refused all the same', async () => {
    const origin = await raw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\nhal');
        setTimeout(() => socket.destroy(), 50);
      }),
    );
    const exchange = await open(origin).call({ method: 'GET', url: `${origin}/`, headers: {} }, 2_000);
    expect(exchange).toMatchObject({ kind: 'answered', status: 400, body: '' });
  });

  it('H1: that answers more than is read is let go of, and says so', async () => {
    const exchange = await call({ body: Buffer.alloc(10_000_000, 'x') });
    expect(exchange).toEqual({ kind: 'unreadable', status: 200, reason: 'the answer is larger than 4096 bytes' });
    expect(await call({ body: 'x'.repeat(4_096) })).toMatchObject({ kind: 'answered' });
    expect(await call({ body: 'x'.repeat(4_097) })).toMatchObject({ kind: 'unreadable' });
  });

  it('A12: that answers no UTF-8 is unreadable, and text in pieces is not', async () => {
    expect(await call({ body: Buffer.from([0x7b, 0xff, 0x7d]) })).toEqual({
      kind: 'unreadable',
      status: 200,
      reason: 'the answer is no UTF-8 text',
    });
    expect(await call({ body: Buffer.from('"😀"') })).toMatchObject({ kind: 'answered', body: '"😀"' });
  });

  it('G4: follows no redirect, so that what it carries goes nowhere else', async () => {
    const before = provider.requests.length;
    const exchange = await call({ status: 302, headers: { location: `${provider.url}/elsewhere` }, body: '' });
    expect(exchange).toMatchObject({ kind: 'answered', status: 302 });
    expect(provider.requests.length).toBe(before + 1);
  });

  it('C3: to whom no connection comes about was not asked', async () => {
    const origin = await raw(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]!.close(resolve));
    const asked = { method: 'GET', url: `${origin}/`, headers: {} } as const;
    expect(await open(origin).call(asked, 2_000)).toEqual({ kind: 'not_sent', reason: 'ECONNREFUSED' });
    expect(await upstream.stream(asked, 2_000)).toEqual({ kind: 'not_sent', reason: 'ECONNREFUSED' });
    expect(await upstream.call({ ...asked, url: 'http://127.0.0.1:1/' }, 2_000)).toMatchObject({ kind: 'not_sent' });
  });

  it('C3: whose time is over before there is a connection was not asked, where none comes about', async () => {
    const origin = (await raw(() => undefined)).replace('http:', 'https:');
    const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: '{}' } as const;
    expect(await open(origin).call(asked, 50)).toEqual({ kind: 'not_sent', reason: 'UND_ERR_CONNECT_TIMEOUT' });
  });

  it('C3: whose time is over before its connection is there is not asked on it', async () => {
    const bytes: Buffer[] = [];
    const origin = await raw((socket) => socket.on('data', (chunk: Buffer) => bytes.push(chunk)));
    const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: '{}' } as const;
    const exchange = open(origin).call(asked, 1);
    // It stands in the way of the connection until the time is over.
    for (const until = Date.now() + 20; Date.now() < until;);
    expect(await exchange).toEqual({ kind: 'not_sent', reason: 'no connection came about in time' });
    expect(bytes).toEqual([]);
  });

  it('C3: to what is no URL was not sent', async () => {
    const asked = { method: 'POST', url: 'https://exa mple.com/', headers: {} } as const;
    expect(await open().call(asked, 2_000)).toEqual({ kind: 'not_sent', reason: 'ERR_INVALID_URL' });
    expect(await upstream.stream(asked, 2_000)).toEqual({ kind: 'not_sent', reason: 'ERR_INVALID_URL' });
  });

  it('C3: that has hints before its answer gives the answer', async () => {
    const origin = await raw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nx-a: 1\r\n');
        socket.write('content-length: 2\r\n\r\n{}');
      }),
    );
    const exchange = await open(origin).call({ method: 'POST', url: `${origin}/`, headers: {}, body: '{}' }, 2_000);
    expect(exchange).toMatchObject({ kind: 'answered', status: 201, headers: { 'x-a': '1' }, body: '{}' });
    expect(exchange).not.toHaveProperty('headers.link');
  });

  it('C3: that does not speak HTTP may have done what it was asked', async () => {
    const origin = await raw((socket) => socket.once('data', () => socket.end('nonsense\r\n\r\n')));
    const exchange = await open(origin).call({ method: 'GET', url: `${origin}/`, headers: {} }, 2_000);
    expect(exchange).toMatchObject({ kind: 'unknown' });
  });

  it('C3: on a connection that is closed just then is unknown, and never sent twice', async () => {
    let requests = 0;
    const origin = await raw((socket, connection) =>
      socket.on('data', (bytes) => {
        if (!bytes.includes('POST /')) return;
        requests += 1;
        // The first connection answers once, says that it stays, and is gone when the second request comes.
        if (connection === 1 && requests > 1) return void socket.destroy();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      }),
    );
    const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: '{}' } as const;
    expect(await open(origin).call(asked, 2_000)).toMatchObject({ kind: 'answered' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await upstream.call(asked, 2_000)).toMatchObject({ kind: 'unknown' });
    expect(requests).toBe(2);
  });

  it('F4: says of a fault nothing that the request had in it', async () => {
    const secret = 'sk-very-secret';
    const asked = { method: 'POST', url: `${provider.url}/${secret}`, headers: { authorization: secret } } as const;
    reply = () => ({ hangup: 'before' });
    expect(JSON.stringify(await open().call(asked, 2_000))).not.toContain(secret);
    await upstream.close();
    const elsewhere = { ...asked, url: `http://127.0.0.1:1/${secret}` };
    expect(JSON.stringify(await open('http://127.0.0.1:1').call(elsewhere, 2_000))).not.toContain(secret);
  });
});

describe('A streamed call of a provider', () => {
  const asked = () => ({ method: 'POST', url: `${provider.url}/x`, headers: {}, body: '{}' }) as const;

  it('B3: that answers is handed over as it comes, and rejects where it breaks off', async () => {
    reply = () => ({ hangup: 'within' });
    const exchange = await open().stream(asked(), 2_000);
    if (exchange.kind !== 'streaming') throw new Error(exchange.kind);
    const chunks: string[] = [];
    const all = async () => {
      for await (const chunk of exchange.chunks) chunks.push(chunk.toString());
    };
    await expect(all()).rejects.toThrow();
    expect(chunks.join('')).toBe('{"answer":');
  });

  it('B3: that refuses is read whole', async () => {
    reply = () => ({ status: 429, headers: { 'retry-after': '3' }, body: 'busy' });
    const exchange = await open().stream(asked(), 2_000);
    expect(exchange).toMatchObject({ kind: 'answered', status: 429, headers: { 'retry-after': '3' }, body: 'busy' });
  });
});
