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

  it('C1: that nobody has asked it before does not travel: more than one replica may be asked', async () => {
    const asked = await replica((message) => message.respond(JSON.stringify(done)));
    const one = request(2000);
    await client.ask('x402.settle', { ...one, is_first: true });
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

  it('C3: one that took it and is gone leaves the outcome unknown', async () => {
    const asked = await replica((_message, number) => {
      if (number === 2) subscriptions.pop()?.unsubscribe();
    });
    expect(await client.ask('x402.settle', request(900))).toEqual({ kind: 'unavailable', code: 'outcome_unknown' });
    expect(asked).toHaveLength(2);
  });

  it('A7 C3: where all that were asked could do nothing that is said, unless one of them is silent or may have', async () => {
    const nothing: SettlementAnswer = { kind: 'unavailable', code: 'book_unavailable' };
    const unsure: SettlementAnswer = { kind: 'done', outcome: 'unavailable', body: '{}', is_unknown: true };
    const failed: SettlementAnswer = { kind: 'done', outcome: 'unavailable', body: '{}' };
    const unknown: SettlementAnswer = { kind: 'unavailable', code: 'outcome_unknown' };
    const throttled: SettlementAnswer = { kind: 'done', outcome: 'throttled', body: '{}', retry_after_ms: 200 };
    for (const [first, second, expected] of [
      [nothing, nothing, nothing],
      [failed, failed, failed],
      [nothing, unsure, unsure],
      [unknown, nothing, unknown],
      [undefined, nothing, unknown],
      [undefined, throttled, unknown],
      [throttled, throttled, throttled],
      [undefined, done, done],
    ] as const) {
      const one = request(700);
      const asked = await replica((message, number) => {
        const answer = number === 1 ? first : second;
        const respond = () => message.respond(JSON.stringify(answer));
        if (answer) setTimeout(respond, number === 1 ? one.deadline - Date.now() : 0);
      });
      expect(await client.ask('x402.settle', one)).toEqual(expected);
      expect(asked.length).toBe(2);
      subscriptions.pop()!.unsubscribe();
    }
  });

  it('C3: what settlement answers at the deadline is heard', async () => {
    const one = request(400);
    await replica((message) => {
      setTimeout(() => message.respond(JSON.stringify(done)), one.deadline - Date.now() + 50);
    });
    expect(await client.ask('x402.settle', one)).toEqual(done);
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
