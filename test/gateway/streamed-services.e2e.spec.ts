import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { end, event, readTo, RECEIPT, receiptIn, rest, says, textOf } from './event-stream.js';
import type { RunningGateway } from './services.js';
import { SECRET, StreamedChats } from './streamed-chats.js';

const chats = new StreamedChats();
const { chat, settlements, startSettlement } = chats;
let gateway: RunningGateway;
let inOneProcess: RunningGateway;

beforeAll(async () => void ({ gateway, inOneProcess } = await chats.start()), 120_000);
afterAll(() => chats.stop());

describe('A stream of which gateway and settlement are separate processes', () => {
  it('B1: reaches the caller event by event, long before the service has said the last one', async () => {
    const { stream, ask, spend } = await chat();
    stream.say(says('one'));
    const answer = await ask();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const reader = textOf(answer);
    let came = await readTo(reader, says('one'));
    for (const content of ['two', 'three', 'four']) {
      stream.say(says(content));
      came += await readTo(reader, says(content));
    }
    expect(await spend()).toEqual({ spent_usd: 0, held_usd: 10 });
    stream.say(end(40)).end();
    came += await rest(reader);
    expect(came.startsWith(says('one') + says('two') + says('three') + says('four') + end(40))).toBe(true);
    expect(receiptIn(came)).toMatchObject({ credits_spent: 0.00004, receipt: { status: 'captured' } });
    expect(await spend()).toEqual({ spent_usd: 0.00004, held_usd: 0 });
  });

  it('C1: has the same bytes as in one process, to whom it is told as it flows and to whom asks again', async () => {
    const said = [says('é😀'), ': a comment\n\n', says('x'.repeat(30_000)), end(7)].join('');
    const bytes = Buffer.from(said);
    const told = await Promise.all(
      [gateway, inOneProcess].map(async (at) => {
        const { stream, ask, again } = await chat();
        // Cut within characters too.
        for (let from = 0; from < bytes.length; from += 7_001) stream.say(bytes.subarray(from, from + 7_001));
        stream.say(bytes.subarray(0, 0)).end();
        const first = await (await ask(at)).text();
        const others = await Promise.all([gateway, inOneProcess].map(again));
        expect(others.map(({ text }) => text === first)).toEqual([true, true]);
        return first.slice(0, first.indexOf(RECEIPT) + RECEIPT.length);
      }),
    );
    expect(told).toEqual([said + RECEIPT, said + RECEIPT]);
  });

  it('C1: is given by its key also where it is larger than a message of the bus', async () => {
    const { stream, ask, again } = await chat();
    const part = says('é'.repeat(3_000));
    stream.say(part.repeat(400), end(40_000)).end();
    const first = await (await ask()).text();
    expect(Buffer.byteLength(first)).toBeGreaterThan(2 * 1024 * 1024);
    expect(first.startsWith(part.repeat(400) + end(40_000))).toBe(true);
    expect((await again()).text === first).toBe(true);
    expect((await again(inOneProcess)).text === first).toBe(true);
  });

  it('C1: that begins so late that another replica is asked too is one call, and flows from where it was begun', async () => {
    await startSettlement();
    const { stream, ask, again, asked, spend } = await chat(3_000);
    stream.say(says('one'));
    const reader = textOf(await ask());
    const first = await readTo(reader, says('one'));
    stream.say(end(8)).end();
    const text = first + (await rest(reader));
    expect(text.startsWith(says('one') + end(8))).toBe(true);
    expect((await again()).text).toBe(text);
    expect([asked(), await spend()]).toEqual([1, { spent_usd: 0.000008, held_usd: 0 }]);
    await settlements.pop()!.stop();
  });

  it.each([
    ['over the bus', () => gateway],
    ['in one process', () => inOneProcess],
  ])(
    'F4: in which the service tells the secret again has none of it, %s, wherever it is cut, and by its key',
    async (_how, at) => {
      const { stream, ask, again } = await chat();
      const echo = event({ choices: [], error: { message: `Incorrect API key: ${SECRET}.` } });
      const inJson = JSON.stringify(SECRET).slice(1, -1);
      const from = echo.indexOf(inJson);
      expect(from).toBeGreaterThan(0);
      for (let cut = 0; cut <= inJson.length; cut += 1) stream.say(echo.slice(0, from + cut), echo.slice(from + cut));
      stream.say(says('one'), end(3)).end();
      const text = await (await ask(at())).text();
      expect(text.startsWith(echo.replace(inJson, '***').repeat(inJson.length + 1) + says('one') + end(3))).toBe(true);
      expect((await again()).text === text).toBe(true);
    },
  );
});
