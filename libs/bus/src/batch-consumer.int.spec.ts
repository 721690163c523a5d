import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { HEADERS, partitionOf, STREAMS, subjects } from '#contracts';
import { newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import {
  BatchConsumer,
  browseDeadLetters,
  connectBus,
  ensureStreams,
  partitionConsumer,
  type BatchHandlerFunction,
  type BusConnection,
  type BusMessage,
} from './index.js';

let server: PrivateServer;
let connection: BusConnection;
let manager: JetStreamManager;
const opened: BatchConsumer[] = [];

const org = newId('org');
const partition = partitionOf(org);

beforeAll(async () => {
  server = await startPrivateNats();
  connection = await connectBus({ url: server.url, name: 'batch consumer test' });
  manager = await jetstreamManager(connection);
  await ensureStreams(connection, { mode: 'create' });
});

afterEach(async () => {
  for (const consumer of opened.splice(0)) await consumer.close();
  await manager.streams.purge(STREAMS.commands);
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

async function consume(handle: BatchHandlerFunction): Promise<BatchConsumer> {
  const consumer = new BatchConsumer(connection, { stream: STREAMS.commands, mode: 'create', handle });
  opened.push(consumer);
  await consumer.start(partitionConsumer(STREAMS.commands, partition), partition);
  return consumer;
}

async function publish(...texts: string[]): Promise<void> {
  const client = jetstream(connection);
  await Promise.all(texts.map((text) => client.publish(subjects.command(partition, org), text)));
}

async function until(condition: () => boolean | Promise<boolean>, timeout_ms = 20_000): Promise<void> {
  const deadline = Date.now() + timeout_ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Acks everything and keeps the texts. */
function collector(): { seen: string[]; handle: BatchHandlerFunction } {
  const seen: string[] = [];
  const handle = (messages: BusMessage[]): void => {
    for (const message of messages) {
      seen.push(message.text());
      message.ack();
    }
  };
  return { seen, handle };
}

describe('a batch consumer', () => {
  it('hands over what came in meanwhile as one batch, and never twice what was acked', async () => {
    const sizes: number[] = [];
    const seen: string[] = [];
    await consume(async (messages) => {
      sizes.push(messages.length);
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const message of messages) {
        seen.push(message.text());
        message.ack();
      }
    });
    const texts = Array.from({ length: 1000 }, (_, index) => `command ${index}`);
    await publish(...texts);
    await until(() => seen.length >= 1000);
    expect([...seen].sort()).toEqual([...texts].sort());
    expect(sizes.length).toBeLessThan(200);
    await until(async () => (await manager.streams.info(STREAMS.commands)).state.messages === 0);
  });

  it('tells each message where it was and how often it came', async () => {
    const seen: { deliveries: number; sequence: number; partition: number; subject: string }[] = [];
    await consume((messages) => {
      for (const message of messages) {
        const { deliveries, partition: from, stream_sequence: sequence, subject } = message;
        seen.push({ deliveries, sequence, partition: from, subject });
        if (deliveries < 2) message.retry(50);
        else message.ack();
      }
    });
    await publish('x');
    await until(() => seen.length === 2);
    const { last_seq } = (await manager.streams.info(STREAMS.commands)).state;
    expect(seen.map((one) => one.deliveries)).toEqual([1, 2]);
    expect(seen[0]).toMatchObject({ sequence: last_seq, partition, subject: `commands.${partition}.${org}` });
  });

  it('B7: one message that is retried later holds up none of those behind it', async () => {
    const seen: string[] = [];
    const times = new Map<string, number>();
    await consume((messages) => {
      for (const message of messages) {
        if (message.text() === 'bad' && message.deliveries === 1) {
          times.set('first', Date.now());
          message.retry(700);
          continue;
        }
        if (message.text() === 'bad') times.set('second', Date.now());
        seen.push(message.text());
        message.ack();
      }
    });
    await publish('bad', 'b', 'c', 'd');
    await until(() => seen.length === 4);
    expect([...seen.slice(0, 3)].sort()).toEqual(['b', 'c', 'd']);
    expect(seen[3]).toBe('bad');
    expect((times.get('second') ?? 0) - (times.get('first') ?? 0)).toBeGreaterThanOrEqual(690);
  });

  it('gives what a throwing handler left undisposed a later chance, not an immediate one', async () => {
    const times: number[] = [];
    await consume((messages) => {
      times.push(Date.now());
      if (times.length === 1) throw new Error('The database is away');
      for (const message of messages) message.ack();
      return undefined;
    });
    await publish('x');
    await until(() => times.length === 2);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1_900);
  });

  it('B7: puts a poison message among the dead letters, as it was and with the reason', async () => {
    const { seen, handle } = collector();
    await consume((messages) => {
      const poison = messages.filter((message) => message.text() === 'poison');
      void handle(messages.filter((message) => message.text() !== 'poison'));
      for (const message of poison) void message.deadLetter('not json', 'It is no JSON:\nfirst line');
    });
    const given = headers();
    given.set('Nats-Msg-Id', newId('x'));
    given.set(HEADERS.reply_to, 'answers.a.b.c');
    await jetstream(connection).publish(subjects.command(partition, org), 'poison', { headers: given });
    await publish('good');
    await until(() => seen.length === 1);
    await until(async () => (await browseDeadLetters(connection, { limit: 10 })).length > 0);
    const [letter, ...others] = await browseDeadLetters(connection, { limit: 10 });
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      stream: STREAMS.commands,
      subject: `commands.${partition}.${org}`,
      reason: 'It is no JSON: first line',
      deliveries: 1,
    });
    expect(new TextDecoder().decode(letter?.data)).toBe('poison');
    expect(letter?.headers[HEADERS.reply_to]).toBe('answers.a.b.c');
    expect(Object.keys(letter?.headers ?? {}).filter((name) => name.startsWith('Nats-'))).toEqual([]);
    // Looking takes nothing away.
    expect(await browseDeadLetters(connection, { limit: 10 })).toHaveLength(1);
    expect(await browseDeadLetters(connection, { limit: 10, after: letter?.sequence })).toEqual([]);
    await until(async () => (await manager.streams.info(STREAMS.commands)).state.messages === 0);
  });

  it('gives back at stop what no handler has seen, so that the next owner has it at once', async () => {
    let release = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const first: string[] = [];
    const before = await consume(async (messages) => {
      for (const message of messages) {
        first.push(message.text());
        message.ack();
      }
      await blocked;
    });
    await publish('a');
    await until(() => first.length === 1);
    await publish(...Array.from({ length: 50 }, (_, index) => `b${index}`));
    await until(() => before.in_hand === 50);
    await before.stop('owner-' + partition, partition);
    expect(before.in_hand).toBe(0);

    const next = collector();
    const started = Date.now();
    await consume(next.handle);
    await until(() => next.seen.length === 50);
    expect(Date.now() - started).toBeLessThan(3_000);
    release();
    expect(first).toEqual(['a']);
  });

  it('makes a deleted consumer anew and goes on', async () => {
    const { seen, handle } = collector();
    await consume(handle);
    await publish('before');
    await until(() => seen.length === 1);
    await manager.consumers.delete(STREAMS.commands, `owner-${partition}`);
    await publish('after');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['before', 'after']);
  });

  it('D3: goes on after the server was killed and started again, and loses nothing that was acknowledged', async () => {
    const { seen, handle } = collector();
    await consume(handle);
    const kept = Array.from({ length: 300 }, (_, index) => `kept ${index}`);
    await publish(...kept);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.restart();
    await until(async () => {
      await publish('afterwards').catch(() => undefined);
      return seen.includes('afterwards') && kept.every((text) => seen.includes(text));
    });
    expect(new Set(seen)).toEqual(new Set([...kept, 'afterwards']));
  });

  it('pauses pulling while too much is in hand', async () => {
    const held: BusMessage[] = [];
    const consumer = new BatchConsumer(connection, {
      stream: STREAMS.commands,
      mode: 'create',
      in_hand_maximum: 20,
      pull_messages: 10,
      handle: (messages) => void held.push(...messages),
    });
    opened.push(consumer);
    await consumer.start(partitionConsumer(STREAMS.commands, partition), partition);
    await publish(...Array.from({ length: 100 }, (_, index) => `m${index}`));
    await until(() => held.length >= 20);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(held.length).toBeLessThanOrEqual(30);
    let acked = 0;
    await until(() => {
      for (const message of held.splice(0)) {
        message.ack();
        acked++;
      }
      return acked === 100;
    });
  });
});
