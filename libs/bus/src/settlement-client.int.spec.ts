import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { subjects, type SettlementAnswer, type SettlementRequest } from '#contracts';
import { freshId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { connectBus, SettlementClient, type BusConnection } from './index.js';

let server: PrivateServer;
let callers: BusConnection;
let replicas: BusConnection;
let client: SettlementClient;
const subscriptions: Subscription[] = [];

beforeAll(async () => {
  server = await startPrivateNats();
  callers = await connectBus({ url: server.url, name: 'callers' });
  replicas = await connectBus({ url: server.url, name: 'replicas' });
  client = new SettlementClient(callers, { patience_ms: 100 });
});
afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
  await replicas.flush();
});
afterAll(async () => {
  client.close();
  await callers.close();
  await replicas.close();
  await server.stop();
});

const request = (deadline_in_ms: number): SettlementRequest => ({
  fresh_id: freshId(),
  deadline: Date.now() + deadline_in_ms,
  body: '{}',
});
const done: SettlementAnswer = { kind: 'done', outcome: 'ok', body: '{"a":1}' };

/** A replica, and all that it was asked. */
async function replica(answer: (message: Msg, number: number) => void): Promise<SettlementRequest[]> {
  const asked: SettlementRequest[] = [];
  const callback = (error: Error | null, message: Msg): void => {
    if (error) throw error;
    asked.push(message.json<SettlementRequest>());
    answer(message, asked.length);
  };
  subscriptions.push(replicas.subscribe(subjects.settlement('x402.settle'), { queue: 'settlement', callback }));
  await replicas.flush();
  return asked;
}

describe('asking settlement', () => {
  it('A6: hands the request over as it is, and the answer back', async () => {
    const asked = await replica((message) => message.respond(JSON.stringify(done)));
    const one = { ...request(2000), key: 'k', parameters: { id: 'x' } };
    expect(await client.ask('x402.settle', one)).toEqual(done);
    expect(asked).toEqual([one]);
  });

  it('A7: nobody there until the deadline is said to be so: nothing was taken', async () => {
    const started = Date.now();
    expect(await client.ask('x402.settle', request(300))).toEqual({
      kind: 'unavailable',
      code: 'settlement_unavailable',
    });
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('A7: one that comes back before the deadline answers', async () => {
    const waiting = client.ask('x402.settle', request(5000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await replica((message) => message.respond(JSON.stringify(done)));
    expect(await waiting).toEqual(done);
  });

  it('C1 C3: where the one that took it is silent, another is asked the same, with the same id', async () => {
    const asked = await replica((message, number) => number > 1 && message.respond(JSON.stringify(done)));
    expect(await client.ask('x402.settle', request(5000))).toEqual(done);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('C3: silence until the deadline, or one that took it and is gone, leaves the outcome unknown', async () => {
    const asked = await replica((_message, number) => {
      if (number === 2) subscriptions.pop()?.unsubscribe();
    });
    expect(await client.ask('x402.settle', request(900))).toEqual({ kind: 'unavailable', code: 'outcome_unknown' });
    expect(asked).toHaveLength(2);
  });

  it('A9: an answer that cannot be read is a fault of ours', async () => {
    await replica((message) => message.respond('no JSON'));
    expect(await client.ask('x402.settle', request(1000))).toEqual({ kind: 'problem', code: 'internal_error' });
  });

  it('A9: whoever waits while it is closed is told that the outcome is not known', async () => {
    await replica(() => undefined);
    const closing = new SettlementClient(callers);
    const waiting = closing.ask('x402.settle', request(5000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    closing.close();
    expect(await waiting).toEqual({ kind: 'unavailable', code: 'outcome_unknown' });
  });
});
