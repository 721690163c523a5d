import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { eventMessageId, HEADERS, STREAMS, subjects } from '#contracts';
import { newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { connectBus, ensureStreams, EventPublisher, type BusConnection, type EventRecord } from './index.js';

let server: PrivateServer;
let connection: BusConnection;
let manager: JetStreamManager;
let publisher: EventPublisher;
const org = newId('org');

beforeAll(async () => {
  server = await startPrivateNats();
  connection = await connectBus({ url: server.url, name: 'relay' });
  manager = await jetstreamManager(connection);
  await ensureStreams(connection, { mode: 'create' });
  publisher = new EventPublisher(connection);
});

afterAll(async () => {
  publisher.close();
  await connection.close();
  await server.stop();
});

function records(from: number, count: number): EventRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    subject: subjects.event(7, org, 'agt_1', 'payment.transferred'),
    headers: { [HEADERS.message_id]: eventMessageId(7, from + index), [HEADERS.ce_id]: `evt_7_${from + index}` },
    data: `event ${from + index}`,
  }));
}

const stored = async (): Promise<number> => (await manager.streams.info(STREAMS.events)).state.messages;

describe('the publisher of events', () => {
  it('D3: has every record stored, in order, when it says so', async () => {
    expect(await publisher.publish(records(1, 5_000))).toEqual({ duplicates: 0 });
    expect(await stored()).toBe(5_000);
    const last = await manager.streams.getMessage(STREAMS.events, { seq: 5_000 });
    expect(last?.string()).toBe('event 5000');
    expect(last?.header.get(HEADERS.ce_id)).toBe('evt_7_5000');
  });

  it('C8: stores a repetition once, and says how many were there', async () => {
    expect(await publisher.publish(records(4_901, 200))).toEqual({ duplicates: 100 });
    expect(await stored()).toBe(5_100);
  });

  it('D3: fails where one record of many is refused', async () => {
    const batch = records(6_001, 100);
    const wrong = { ...batch[50], headers: { 'Nats-Expected-Stream': 'ANOTHER' } } as EventRecord;
    await expect(publisher.publish([...batch.slice(0, 50), wrong, ...batch.slice(51)])).rejects.toThrow(/expected/);
    await expect(publisher.publish([{ ...batch[0], subject: 'nowhere.at.all' } as EventRecord])).rejects.toThrow(
      'No stream takes the records',
    );
  });

  it('refuses a header that would write another one', async () => {
    const [record] = records(1, 1) as [EventRecord];
    await expect(publisher.publish([{ ...record, headers: { a: 'b\r\nNats-Msg-Id: c' } }])).rejects.toThrow(
      'line break',
    );
  });

  it('D3: fails at once when the server dies, and after the restart the same records end up stored once', async () => {
    const before = await stored();
    const batch = records(10_001, 1_000);
    server.pause();
    const failure = publisher.publish(batch, { timeout_ms: 20_000 }).catch((error: Error) => error);
    const started = Date.now();
    await server.kill();
    expect(await failure).toMatchObject({ name: 'PublishFailed', message: 'The connection was lost' });
    expect(Date.now() - started).toBeLessThan(10_000);
    await server.restart();
    for (;;) {
      const done = await publisher.publish(batch, { timeout_ms: 2_000 }).catch(() => undefined);
      if (done) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await stored()).toBe(before + 1_000);
  });

  it('D3: what was sent while the server was away is settled as soon as it is back, and not by a long timeout', async () => {
    const away = (async () => {
      for await (const { type } of connection.status()) if (type === 'disconnect') return;
    })();
    await server.kill();
    await away;
    const settled = publisher.publish(records(20_001, 10), { timeout_ms: 20_000 }).catch((error: Error) => error);
    await server.restart();
    const begin = performance.now();
    await settled;
    expect(performance.now() - begin).toBeLessThan(5_000);
    for (let done; !done;) done = await publisher.publish(records(20_001, 10)).catch(() => undefined);
    expect(
      (await manager.streams.getMessage(STREAMS.events, { last_by_subj: records(1, 1)[0]!.subject }))?.string(),
    ).toBe('event 20010');
  });
});
