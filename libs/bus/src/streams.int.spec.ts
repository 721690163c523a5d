import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { PARTITION_COUNT, parseIntentSubject, partitionOf, STREAMS, subjects } from '#contracts';
import { newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { INTENTS_PER_AGENT_MAXIMUM } from './streams.js';
import { connectBus, ensureStreams, trimDecidedIntents, type BusConnection } from './index.js';

let server: PrivateServer;
let connection: BusConnection;
let manager: JetStreamManager;

beforeAll(async () => {
  server = await startPrivateNats();
  connection = await connectBus({ url: server.url, name: 'streams test' });
  manager = await jetstreamManager(connection);
  await ensureStreams(connection, { mode: 'create' });
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

const publish = (subject: string, data = '{}') => jetstream(connection).publish(subject, data);

/** INTENTS acknowledges nothing, so this waits until the message is there; gives its sequence. */
async function publishIntent(subject: string, headers?: MsgHdrs): Promise<number> {
  const before = (await manager.streams.info(STREAMS.intents)).state.last_seq;
  connection.publish(subject, '{}', headers ? { headers } : {});
  for (;;) {
    const { last_seq } = (await manager.streams.info(STREAMS.intents)).state;
    if (last_seq > before) return last_seq;
  }
}

async function storedSubject(subject: string): Promise<string> {
  const seq = await publishIntent(subject);
  return (await manager.streams.getMessage(STREAMS.intents, { seq }))?.subject ?? '';
}

function twoPartitions(): [string, string] {
  const first = newId('org');
  for (;;) {
    const second = newId('org');
    if (partitionOf(first) !== partitionOf(second)) return [first, second];
  }
}

async function ackNext(org: string): Promise<void> {
  const consumer = await jetstream(connection).consumers.get(STREAMS.intents, `owner-${partitionOf(org)}`);
  expect(await (await consumer.next({ expires: 2_000 }))?.ackAck()).toBe(true);
}

async function keptSubjects(): Promise<string[]> {
  const { state } = await manager.streams.info(STREAMS.intents, { subjects_filter: '>' });
  return Object.keys(state.subjects ?? {});
}

describe('the stream INTENTS', () => {
  it('puts each org into the partition that its book hashes to (D2)', async () => {
    for (let count = 0; count < 200; count++) {
      const [org, agent, key] = [newId('org'), newId('agt'), newId('key')];
      expect(await storedSubject(subjects.intent(org, agent, agent))).toBe(
        `intents.${partitionOf(org)}.${org}.${agent}`,
      );
      const forAgent = parseIntentSubject(await storedSubject(subjects.intent(org, 'writer.v2', key)));
      expect(forAgent).toEqual({ partition: partitionOf(org), org, agent: 'writer.v2', credential: key });
    }
  });

  it('D10: reads a partition that a publisher wrote by himself as an org that nobody has', async () => {
    const [org, agent] = [newId('org'), newId('agt')];
    const stored = await storedSubject(`intents.5.${org}.${agent}`);
    expect(stored).toBe(`intents.${partitionOf('5')}.5.${org}.${agent}`);
    expect(parseIntentSubject(stored)).toMatchObject({ org: '5', agent: org });
    await expect(publish(`intents.5.${org}.${agent}.${newId('key')}`)).rejects.toThrow();
  });

  it('C1: takes the same intent twice, so that its publisher is answered twice', async () => {
    const subject = subjects.intent(newId('org'), 'agent', 'agent');
    const first = await publishIntent(subject);
    expect(await publishIntent(subject)).toBe(first + 1);
  });

  it('acknowledges nothing: the server would write that to wherever a publisher says', async () => {
    const heard: string[] = [];
    const subscription = connection.subscribe('forged.>', { callback: (_error, one) => void heard.push(one.subject) });
    const subject = subjects.intent(newId('org'), 'agent', 'agent');
    connection.publish(subject, '{}', { reply: 'forged.reply' });
    const expected = headers();
    expected.set('Nats-Expected-Stream', 'ANOTHER');
    connection.publish(subject, '{}', { reply: 'forged.error', headers: expected });
    await publishIntent(subject);
    await connection.flush();
    subscription.unsubscribe();
    expect(heard).toEqual([]);
  });

  it('H4: holds only so many intents of one agent, and those of others beside them', async () => {
    await manager.streams.purge(STREAMS.intents);
    const org = newId('org');
    for (let count = 0; count < INTENTS_PER_AGENT_MAXIMUM + 100; count++) {
      connection.publish(subjects.intent(org, 'runaway', 'runaway'), '{}');
      if (count % 1_000 === 0) await connection.flush();
    }
    connection.publish(subjects.intent(org, 'quiet', 'quiet'), '{}');
    const stored = `intents.${partitionOf(org)}.${org}`;
    let counts: Record<string, number> = {};
    while (!counts[`${stored}.quiet`]) {
      counts = (await manager.streams.info(STREAMS.intents, { subjects_filter: '>' })).state.subjects ?? {};
    }
    expect(counts).toEqual({ [`${stored}.runaway`]: INTENTS_PER_AGENT_MAXIMUM, [`${stored}.quiet`]: 1 });
    await manager.streams.purge(STREAMS.intents);
  });

  it('D3: is trimmed behind its consumers, and never before all of them', async () => {
    await manager.streams.purge(STREAMS.intents);
    const [slow, quick] = twoPartitions();
    await publishIntent(subjects.intent(slow, 'agent', 'agent'));
    await publishIntent(subjects.intent(quick, 'agent', 'agent'));
    expect(await trimDecidedIntents(connection)).toBe(0);
    await ackNext(quick);
    await trimDecidedIntents(connection);
    expect(await keptSubjects()).toContain(`intents.${partitionOf(slow)}.${slow}.agent`);
    await ackNext(slow);
    expect(await trimDecidedIntents(connection)).toBeGreaterThan(0);
    expect(await keptSubjects()).toEqual([]);
  });

  it('D3: is not trimmed while a consumer is missing', async () => {
    await publishIntent(subjects.intent(newId('org'), 'agent', 'agent'));
    await manager.consumers.delete(STREAMS.intents, 'owner-7');
    expect(await trimDecidedIntents(connection)).toBe(0);
    await ensureStreams(connection, { mode: 'create' });
  });
});

describe('the stream EVENTS', () => {
  it('repeats each event on the feed of its agent, with its headers', async () => {
    const [org, agent] = [newId('org'), newId('agt')];
    const seen: string[] = [];
    const subscription = connection.subscribe(subjects.feedOfOrg(org), {
      callback: (_error, message) => void seen.push(`${message.subject} ${message.string()}`),
    });
    await publish(subjects.event(3, org, agent, 'payment.authorized'), 'one');
    await publish(subjects.event(3, org, undefined, 'organization.created'), 'two');
    await connection.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    subscription.unsubscribe();
    expect(seen).toEqual([`feed.${org}.${agent} one`, `feed.${org}._ two`]);
  });
});

describe('the streams', () => {
  it('H1: are all bounded', async () => {
    for (const stream of Object.values(STREAMS)) {
      const { config } = await manager.streams.info(stream);
      expect(config.max_bytes).toBeGreaterThan(0);
    }
  });

  it('have one consumer for each partition', async () => {
    for (const stream of [STREAMS.intents, STREAMS.commands]) {
      const { state } = await manager.streams.info(stream);
      expect(state.consumer_count).toBe(PARTITION_COUNT);
    }
  });

  it('keep what an operator changed, and put right what the services rely on', async () => {
    const { config } = await manager.streams.info(STREAMS.events);
    const { republish: _republish, ...without } = config;
    await manager.streams.delete(STREAMS.events);
    await manager.streams.add({ ...without, max_bytes: 12_345_678, subjects: [...config.subjects, 'more.events'] });
    await expect(ensureStreams(connection, { mode: 'bind' })).rejects.toThrow(/EVENTS is not as needed: republish/);
    await ensureStreams(connection, { mode: 'create' });
    const after = (await manager.streams.info(STREAMS.events)).config;
    expect(after.max_bytes).toBe(12_345_678);
    expect(after.subjects).toContain('more.events');
    expect(after.republish?.dest).toBe('feed.{{wildcard(2)}}.{{wildcard(3)}}');
    await ensureStreams(connection, { mode: 'bind' });
  });

  it('are refused with the reason where an operator was to make them and did not', async () => {
    await manager.streams.delete(STREAMS.dead_letters);
    await expect(ensureStreams(connection, { mode: 'bind' })).rejects.toThrow('no stream DEAD');
    await ensureStreams(connection, { mode: 'create' });
  });
});

describe('a connection', () => {
  it('that cannot be made is an error at once', async () => {
    await expect(connectBus({ url: 'nats://127.0.0.1:1', name: 'nobody', connect_timeout_ms: 500 })).rejects.toThrow();
  });
});
