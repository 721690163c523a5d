import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { lastValueFrom } from 'rxjs';
import { partitionOf, STREAMS, subjects } from '#contracts';
import { newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import {
  BatchHandler,
  browseDeadLetters,
  type BusContext,
  BusRecord,
  connectBus,
  ensureStreams,
  JetStreamClient,
  JetStreamHandler,
  JetStreamServer,
  OwnerRequestHandler,
  OwnerClient,
  RequestHandler,
  type BusConnection,
  type BusMessage,
  type Emitted,
  type OwnerCall,
} from '../index.js';

let server: PrivateServer;
let connection: BusConnection;
let manager: JetStreamManager;
const apps: INestMicroservice[] = [];
const org = newId('org');
const partition = partitionOf(org);

beforeAll(async () => {
  server = await startPrivateNats();
  connection = await connectBus({ url: server.url, name: 'nest test' });
  manager = await jetstreamManager(connection);
  await ensureStreams(connection, { mode: 'create' });
});

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const stream of Object.values(STREAMS)) await manager.streams.purge(stream);
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

async function start(...controllers: Type[]): Promise<JetStreamServer> {
  const module = await Test.createTestingModule({ controllers }).compile();
  const strategy = new JetStreamServer({ connection, streams: { mode: 'create' } });
  const app = module.createNestMicroservice({ strategy, logger: false });
  await app.listen();
  apps.push(app);
  return strategy;
}

async function until(condition: () => boolean | Promise<boolean>, timeout_ms = 20_000): Promise<void> {
  const deadline = Date.now() + timeout_ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const publishEvent = (text: string) =>
  jetstream(connection).publish(subjects.event(1, org, 'agt_1', 'payment.captured'), text);

describe('a batch handler', () => {
  it('gets what came in as one array, of the partitions that are owned', async () => {
    const batches: BusMessage[][] = [];
    @Controller()
    class Owner {
      @BatchHandler({ stream: STREAMS.commands })
      take(messages: BusMessage[]): void {
        batches.push(messages);
        for (const message of messages) message.ack();
      }
    }
    const strategy = await start(Owner);
    const client = jetstream(connection);
    const publish = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) => client.publish(subjects.command(partition, org), `${index}`)),
      );
    await publish(100);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(batches).toEqual([]);

    await strategy.startPartition(partition, 1);
    await until(() => batches.flat().length === 100);
    expect(batches.length).toBeLessThan(20);
    expect(new Set(batches.flat().map((message) => message.partition))).toEqual(new Set([partition]));

    await strategy.stopPartition(partition);
    await publish(5);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(batches.flat().length).toBe(100);
  });

  it('gets all streams of a partition that is given up and won again at once, and none of one that is given up', async () => {
    const seen: string[] = [];
    const take = (messages: BusMessage[]): void => {
      for (const message of messages) {
        seen.push(`${message.stream} ${message.text()}`);
        message.ack();
      }
    };
    @Controller()
    class Owner {
      @BatchHandler({ stream: STREAMS.intents })
      intents(messages: BusMessage[]): void {
        take(messages);
      }
      @BatchHandler({ stream: STREAMS.commands })
      commands(messages: BusMessage[]): void {
        take(messages);
      }
    }
    const strategy = await start(Owner);
    const publish = (text: string): void => {
      connection.publish(`intents.${org}.agt_1`, text);
      connection.publish(subjects.command(partition, org), text);
    };
    await strategy.startPartition(partition, 1);
    const stopped = strategy.stopPartition(partition);
    await strategy.startPartition(partition, 2);
    await stopped;
    publish('owned');
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(['COMMANDS owned', 'INTENTS owned']);

    await strategy.stopPartition(partition);
    const started = strategy.startPartition(partition, 3);
    await strategy.stopPartition(partition);
    await started;
    publish('not owned');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen).toHaveLength(2);
  });

  it('that throws gets the messages again, later', async () => {
    const times: number[] = [];
    @Controller()
    class Owner {
      @BatchHandler({ stream: STREAMS.commands })
      async take(messages: BusMessage[]): Promise<void> {
        times.push(Date.now());
        await Promise.resolve();
        if (times.length === 1) throw new Error('The database is away');
        for (const message of messages) message.ack();
      }
    }
    const strategy = await start(Owner);
    await strategy.startPartition(partition, 1);
    await jetstream(connection).publish(subjects.command(partition, org), 'x');
    await until(() => times.length === 2);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1_900);
  });
});

describe("an owner's requests", () => {
  it('come to the handler of whoever owns the partition, under its epoch', async () => {
    @Controller()
    class Owner {
      @OwnerRequestHandler()
      take(calls: OwnerCall[]): void {
        for (const call of calls) call.respond(JSON.stringify({ answers: [{ kind: 'wallets', wallets: [] }] }));
      }
    }
    const strategy = await start(Owner);
    await strategy.startPartition(partition, 4);
    const client = new OwnerClient(connection, { default_deadline_ms: 2_000 });
    const answer = await client.send(org, {
      type: 'query.wallets',
      org,
      fresh_id: 'a',
      credential: { subject: 'owner', proven_by: 'owner' },
    });
    expect(answer).toEqual({ kind: 'wallets', wallets: [] });
    client.close();
  });
});

describe('a handler of single messages', () => {
  const own = { stream: STREAMS.events, filter: 'events.*.*.*.payment.captured' };

  it('gets the data, and its message is acked', async () => {
    const seen: unknown[] = [];
    @Controller()
    class Reader {
      @JetStreamHandler({ ...own, durable: 'reader' })
      read(@Payload() data: unknown, @Ctx() context: BusContext): void {
        seen.push([data, context.source.subject]);
      }
    }
    await start(Reader);
    await publishEvent('{"a":1}');
    await until(() => seen.length === 1);
    expect(seen).toEqual([[{ a: 1 }, subjects.event(1, org, 'agt_1', 'payment.captured')]]);
    await until(async () => (await manager.consumers.info(STREAMS.events, 'reader')).num_ack_pending === 0);
  });

  it('that throws gets the message again after 2 s, and then it is a dead letter that can be looked at', async () => {
    const times: number[] = [];
    @Controller()
    class Reader {
      @JetStreamHandler({ ...own, durable: 'failing', deliveries_maximum: 2 })
      read(): void {
        times.push(Date.now());
        throw new Error('It is too much for me');
      }
    }
    await start(Reader);
    await publishEvent('{"a":2}');
    await until(async () => (await browseDeadLetters(connection, { limit: 5 })).length === 1);
    expect(times).toHaveLength(2);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1_900);
    const [letter] = await browseDeadLetters(connection, { limit: 5 });
    expect(letter).toMatchObject({ stream: STREAMS.events, deliveries: 2 });
    expect(new TextDecoder().decode(letter?.data)).toBe('{"a":2}');
  });

  it('B7: never sees what is no JSON: that is a dead letter, and what is behind it goes on', async () => {
    const seen: unknown[] = [];
    @Controller()
    class Reader {
      @JetStreamHandler({ ...own, durable: 'strict' })
      read(data: unknown): void {
        seen.push(data);
      }
    }
    await start(Reader);
    await publishEvent('{"a":');
    await publishEvent('{"a":3}');
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ a: 3 }]);
    await until(async () => (await browseDeadLetters(connection, { limit: 5 })).length === 1);
  });

  it('may run longer than the ack wait without the message coming twice', async () => {
    let runs = 0;
    let ended = 0;
    @Controller()
    class Reader {
      @JetStreamHandler({ ...own, durable: 'slow', ack_wait_seconds: 1 })
      async read(): Promise<void> {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        ended++;
      }
    }
    await start(Reader);
    await publishEvent('{}');
    await until(() => ended === 1);
    expect(runs).toBe(1);
    await until(async () => (await manager.consumers.info(STREAMS.events, 'slow')).num_ack_pending === 0);
  });

  it('that hangs past its time loses the message to the next delivery', async () => {
    let runs = 0;
    @Controller()
    class Reader {
      @JetStreamHandler({ ...own, durable: 'hanging', ack_wait_seconds: 1, runs_maximum_seconds: 1.5 })
      async read(): Promise<void> {
        runs++;
        if (runs === 1) await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
    }
    await start(Reader);
    await publishEvent('{}');
    await until(() => runs > 1, 4_500);
    expect(runs).toBe(2);
  });
});

describe('a shutdown', () => {
  it('lets handlers end that have begun, and their messages are acked', async () => {
    let begun = 0;
    let ended = 0;
    @Controller()
    class Reader {
      @JetStreamHandler({ stream: STREAMS.events, durable: 'ending', filter: 'events.>' })
      async read(): Promise<void> {
        begun++;
        await new Promise((resolve) => setTimeout(resolve, 500));
        ended++;
      }
    }
    const strategy = await start(Reader);
    await publishEvent('{}');
    await until(() => begun === 1);
    await strategy.close();
    expect(ended).toBe(1);
    await until(async () => (await manager.consumers.info(STREAMS.events, 'ending')).num_ack_pending === 0);
    expect((await manager.consumers.info(STREAMS.events, 'ending')).num_redelivered).toBe(0);
  });
});

describe('a handler of requests', () => {
  @Controller()
  class Calculator {
    @RequestHandler('calculator.add')
    add(numbers: number[]): { sum: number } {
      if (numbers.length === 0) throw new Error('There is nothing to add');
      return { sum: numbers.reduce((sum, number) => sum + number, 0) };
    }
  }

  it("answers the client's `send`, and says when it failed", async () => {
    await start(Calculator);
    const client = new JetStreamClient(connection);
    expect(await lastValueFrom(client.send('calculator.add', [1, 2, 3]))).toEqual({ sum: 6 });
    await expect(lastValueFrom(client.send('calculator.add', []))).rejects.toThrow();
    await expect(lastValueFrom(client.send('calculator.nobody', []))).rejects.toThrow(/nobody/);
    client.close();
  });
});

describe('the client', () => {
  it('tells a repetition from the first time, without an error', async () => {
    const client = new JetStreamClient(connection);
    const subject = subjects.command(partition, org);
    const record = new BusRecord({ a: 1 }, { message_id: newId('msg'), headers: { traceparent: '00-a-b-01' } });
    const first = await lastValueFrom(client.emit<Emitted>(subject, record));
    const second = await lastValueFrom(client.emit<Emitted>(subject, record));
    expect(first).toMatchObject({ stream: STREAMS.commands, duplicate: false });
    expect(second).toEqual({ ...first, duplicate: true });
    const stored = await manager.streams.getMessage(STREAMS.commands, { seq: first.sequence });
    expect(stored?.json()).toEqual({ a: 1 });
    expect(stored?.header.get('traceparent')).toBe('00-a-b-01');
    client.close();
  });

  it('A7: fails where no stream takes the message', async () => {
    const client = new JetStreamClient(connection);
    await expect(lastValueFrom(client.emit('nowhere.at.all', {}))).rejects.toThrow();
  });
});

describe('the start', () => {
  const stream = STREAMS.commands;

  it('fails where two handlers have the same pattern', async () => {
    @Controller()
    class One {
      @BatchHandler({ stream })
      take(): void {}
    }
    @Controller()
    class Other {
      @BatchHandler({ stream })
      take(): void {}
    }
    await expect(start(One, Other)).rejects.toThrow(/Two handlers for the same pattern/);
  });

  it.each([
    ['swallow every subject', [{ stream, durable: 'a', filter: '>' }]],
    ['has no subject', [{ stream, durable: 'a', filter: 'events.>' }]],
    [
      'same messages of the work queue',
      [
        { stream, durable: 'a', filter: 'commands.*.org_1' },
        { stream, durable: 'b', filter: 'commands.7.>' },
      ],
    ],
    ['name of the partitions', [{ stream, durable: 'owner-7', filter: 'commands.7.>' }]],
  ])('fails where a filter would %s', async (reason, options) => {
    @Controller()
    class Reader {
      one(): void {}
      other(): void {}
    }
    options.forEach((one, index) => {
      const method = index === 0 ? 'one' : 'other';
      const descriptor = Object.getOwnPropertyDescriptor(Reader.prototype, method) as PropertyDescriptor;
      JetStreamHandler(one)(Reader.prototype, method, descriptor);
    });
    await expect(start(Reader)).rejects.toThrow(new RegExp(reason));
  });
});
