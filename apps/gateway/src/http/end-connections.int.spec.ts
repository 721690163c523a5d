import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';

let gateway: GatewayUnderTest;
let socket: Socket;
let answerOwner: (answer: OwnerAnswer) => void;

beforeEach(async () => {
  const owner = { send: () => new Promise<OwnerAnswer>((resolve) => (answerOwner = resolve)) };
  gateway = await startGateway({ owner });
  socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
});
afterEach(() => void socket.destroy());

describe('A gateway that closes', () => {
  it('does not wait for connections on which nothing was asked, or only half a question', async () => {
    const half = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    half.on('error', () => undefined);
    half.write('GET /v1/wallets HTTP/1.1\r\nHost: x');
    await once(half, 'connect');
    const begin = performance.now();
    await gateway.close();
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it('B3: answers what is under way before it ends its connections', async () => {
    const asked = gateway.call('GET', '/v1/wallets');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = gateway.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    answerOwner({ kind: 'wallets', wallets: [] });
    expect(await asked).toMatchObject({ status: 200, json: { wallets: [] } });
    await closed;
  });
});
