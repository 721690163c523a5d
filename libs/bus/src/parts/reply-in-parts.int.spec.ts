import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { startPrivateNats, type PrivateServer } from '#testing';
import { connectBus, ReplyInParts, Requester, type BusConnection } from '../index.js';
import { PartsSender } from './parts-sender.js';
import type { PartsReader } from './parts-reader.js';
import { partHeaders, PARTS_UNTAKEN, SILENCE_MS, type PartKind } from './reply-in-parts.js';

let server: PrivateServer;
let callers: BusConnection;
let replicas: BusConnection;
let requester: Requester;

beforeAll(async () => void (server = await startPrivateNats()));
beforeEach(async () => {
  callers = await connectBus({ url: server.url, name: 'callers' });
  replicas = await connectBus({ url: server.url, name: 'replicas' });
  requester = new Requester(callers);
});
afterEach(async () => {
  requester.close();
  await Promise.all([callers.close(), replicas.close()]);
});
afterAll(() => server.stop());

/** Answers requests on `subject` itself. */
async function answering(subject: string, answer: (message: Msg) => unknown): Promise<void> {
  replicas.subscribe(subject, { callback: (_error, message) => void answer(message) });
  await replicas.flush();
}

/** Texts that the test says one by one; whether anybody still wants them. */
class Texts implements AsyncIterable<string> {
  pulled = 0;
  isLeft = false;
  #queue: (string | Error | undefined)[] = [];
  #wake: () => void = () => undefined;

  say(...texts: (string | Error | undefined)[]): void {
    this.#queue.push(...texts);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        while (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        const text = this.#queue.shift();
        if (text === undefined) return;
        if (text instanceof Error) throw text;
        this.pulled += 1;
        yield text;
      }
    } finally {
      this.isLeft = true;
    }
  }
}

/** A reply whose texts the test says, and its reader. */
async function asked(): Promise<{
  texts: Texts;
  rest: PartsReader;
  iterator: AsyncIterator<string>;
  sent: Promise<void>;
}> {
  const texts = new Texts();
  const sender = new PartsSender(replicas);
  let sent: Promise<void> | undefined;
  await answering('ask', (message) => (sent = sender.send(message, new ReplyInParts({ a: 1 }, texts))));
  const { message, rest } = await requester.requestParts('ask', '', { timeout_ms: 1_000 });
  expect(message.json()).toEqual({ a: 1 });
  return { texts, rest: rest!, iterator: rest![Symbol.asyncIterator](), sent: sent! };
}

async function readAll(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1_000) throw new Error('It does not come to hold');
    await pause(10);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('A reply in parts', () => {
  it('B1: gives each text when it is said, and ends', async () => {
    const { texts, iterator, sent } = await asked();
    for (const text of ['one', 'two']) {
      texts.say(text);
      expect(await iterator.next()).toEqual({ done: false, value: text });
    }
    texts.say(undefined);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await sent;
  });

  it('C1: comes whole and in order, also where its texts are larger than a message, and no character is cut', async () => {
    const { texts, rest } = await asked();
    const said = Array.from({ length: 40 }, (_, index) => `${'x'.repeat(index)}${'😀é'.repeat(20_000)}${index}`);
    texts.say(...said, undefined);
    expect(await readAll(rest)).toBe(said.join(''));
  });

  it('H4: is not sent further than its reader is, by a bound, and goes on when he reads', async () => {
    const { texts, rest, sent } = await asked();
    const said = Array.from({ length: 200 }, (_, index) => `${index},`);
    texts.say(...said, undefined);
    await until(() => texts.pulled >= PARTS_UNTAKEN);
    await pause(300);
    expect(texts.pulled).toBe(PARTS_UNTAKEN);
    expect(await readAll(rest)).toBe(said.join(''));
    await sent;
  });

  it.each([
    ['before he has begun', (iterator: AsyncIterator<string>) => iterator.return!()],
    ['in the middle', async (iterator: AsyncIterator<string>) => [await iterator.next(), await iterator.return!()]],
    [
      'while he waits for more',
      async (iterator: AsyncIterator<string>) => {
        await iterator.next();
        const waiting = iterator.next();
        await iterator.return!();
        expect(await waiting).toEqual({ done: true, value: undefined });
      },
    ],
  ])('B3: whose reader goes away %s is said no further', async (_when, leave) => {
    const { texts, iterator, sent } = await asked();
    texts.say('one');
    await leave(iterator);
    await replicas.flush();
    await until(() => {
      texts.say('more');
      return texts.isLeft;
    });
    await sent;
    expect(texts.pulled).toBeLessThanOrEqual(PARTS_UNTAKEN);
  });

  it('B3: whose reader’s process is gone is said no further', async () => {
    const { texts, sent } = await asked();
    await callers.close();
    await until(() => {
      texts.say('more');
      return texts.isLeft;
    });
    await sent;
    expect(texts.pulled).toBeLessThanOrEqual(3);
  });

  it('B3: that nobody waits for any more is said no further', async () => {
    const texts = new Texts();
    const sender = new PartsSender(replicas);
    let sent: Promise<void> | undefined;
    await answering('late', async (message) => {
      await pause(200);
      sent = sender.send(message, new ReplyInParts({}, texts));
    });
    await expect(requester.requestParts('late', '', { timeout_ms: 50 })).rejects.toThrow('timeout');
    await until(() => {
      texts.say('more');
      return texts.isLeft;
    });
    await sent;
  });

  it('B3: of which a plain request takes the head alone is said no further', async () => {
    const texts = new Texts();
    const sender = new PartsSender(replicas);
    await answering('plain', (message) => sender.send(message, new ReplyInParts({ a: 1 }, texts)));
    expect((await requester.request('plain', '', { timeout_ms: 500 })).json()).toEqual({ a: 1 });
    await until(() => {
      texts.say('more');
      return texts.isLeft;
    });
  });
});

describe('A reply in parts that does not come to its end', () => {
  /** Whoever reads has what came, and then what is said where it breaks. */
  async function expectBroken(rest: PartsReader, came: string, within_ms: number): Promise<void> {
    rest.ifBroken = { after_ms: 60_000, text: ' broke off' };
    const begun = Date.now();
    expect(await readAll(rest)).toBe(`${came} broke off`);
    expect(Date.now() - begun).toBeLessThan(within_ms);
  }

  it('A7: because its sender is gone is broken after a few seconds, though the sender says nothing', async () => {
    const { texts, rest } = await asked();
    texts.say('one');
    await callers.flush();
    setTimeout(() => void replicas.close(), 100);
    await expectBroken(rest, 'one', 6_000);
  });

  it('A7: because its texts break off is broken at once, and throws where nothing is said in place of the rest', async () => {
    for (const isSaid of [true, false]) {
      const { texts, rest } = await asked();
      texts.say('one', new Error('no more'));
      if (isSaid) await expectBroken(rest, 'one', 1_000);
      else await expect(readAll(rest)).rejects.toThrow('broke off');
    }
  });

  it('A7: because the bus is lost is broken at once', async () => {
    const { texts, rest } = await asked();
    texts.say('one');
    await pause(50);
    await callers.reconnect();
    await expectBroken(rest, 'one', 1_000);
  });

  it.each([
    ['a part is missing', [{ kind: 'part', number: 3 }]],
    ['a part comes twice', [{ kind: 'part', number: 1 }]],
    ['the part before its end is missing', [{ kind: 'end', number: 3 }]],
    ['its sender knows nothing of it', [{ kind: 'gone' }]],
  ] as [string, PartKind[]][])('C1: because %s is broken, and never whole', async (_what, parts) => {
    await answering('odd', (message) => {
      message.respond('{}', { headers: partHeaders({ kind: 'part', number: 0 }), reply: 'taken' });
      message.respond('one', { headers: partHeaders({ kind: 'part', number: 1 }), reply: 'taken' });
      for (const part of parts) message.respond('three', { headers: partHeaders(part), reply: 'taken' });
    });
    const { rest } = await requester.requestParts('odd', '', { timeout_ms: 500 });
    await expectBroken(rest!, 'one', 1_000);
  });

  it('A7: because no text comes for longer than it may is broken, though the sender is there', async () => {
    const { rest, texts } = await asked();
    texts.say('one');
    rest.ifBroken = { after_ms: 2_500, text: ' broke off' };
    expect(await readAll(rest)).toBe('one broke off');
    await until(() => {
      texts.say('more');
      return texts.isLeft;
    });
  });

  it('B1: and one of which nothing is said for a while, by a sender that is there, is not broken', async () => {
    const { texts, iterator } = await asked();
    const waiting = iterator.next();
    await pause(5_000);
    texts.say('late');
    expect(await waiting).toEqual({ done: false, value: 'late' });
    await iterator.return!();
  });

  it('H4 B3: whose reader says nothing at all is given up; whose reader is there, and reads nothing, waits for him', async () => {
    const said = Array.from({ length: 40 }, (_, index) => `${index},`);
    const { texts, rest } = await asked();
    texts.say(...said, undefined);
    const silent = new Texts();
    silent.say(...said, undefined);
    const sender = new PartsSender(replicas);
    await answering('silent', (message) => sender.send(message, new ReplyInParts({}, silent)));
    callers.subscribe('nobody.reads', { callback: () => undefined });
    callers.publish('silent', '', { reply: 'nobody.reads' });
    await pause(SILENCE_MS + 3_000);
    expect([silent.isLeft, texts.isLeft]).toEqual([true, false]);
    expect(silent.pulled).toBe(PARTS_UNTAKEN);
    expect(await readAll(rest)).toBe(said.join(''));
  }, 40_000);
});
