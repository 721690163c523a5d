import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Provider, type ProviderReply, type ServiceProcess } from '#testing';
import { randomBytes } from 'node:crypto';
import { ADMIN_KEY, call, Services, type Called, type RunningGateway } from './services.js';

let services: Services;
let gateway: RunningGateway;
let inOneProcess: RunningGateway;
let provider: Provider;
const settlements: ServiceProcess[] = [];
const replies = new Map<string, () => Promise<ProviderReply> | ProviderReply>();

const SECRET = 'sk-0123456789"abcdef/XYZ';

beforeAll(async () => {
  services = await Services.start();
  provider = await Provider.start(({ body }) => {
    const text = [...replies.keys()].find((one) => body.includes(one));
    if (text === undefined) throw new Error(`Nobody has said what to answer to ${body}`);
    return replies.get(text)!();
  });
  [, gateway] = await Promise.all([services.authorization(), services.gateway(), startSettlement()]);
  inOneProcess = await services.gatewayWithSettlement({ BURSAR_UPSTREAM_ORIGINS: provider.url });
  const put = (path: string, body: object) => call(gateway.url, 'PUT', `/v1/services/chat${path}`, { body });
  expect((await put('', definition())).text).toContain('"chat"');
  expect((await put('/secret', { secret: SECRET })).text).toContain('"mode":"live"');
  // Another process may go by the old one for a second.
  await pause(1_200);
}, 120_000);
afterAll(async () => {
  await services?.stop();
  await provider?.stop();
});

/** A million tokens at most, of which each costs a millionth of a dollar. */
function definition() {
  const unit = { of: 'answer', path: 'usage.completion_tokens' };
  return {
    name: 'chat',
    title: 'Chat',
    category: 'chat',
    call: { method: 'POST', url: `${provider.url}/chat`, body: { json: { text: '{payload.text}' } } },
    secret: { placed: 'header', name: 'Authorization', prefix: 'Bearer ' },
    payload: { text: { type: 'string', required: true }, stream: { type: 'boolean' } },
    price: { kind: 'per_unit', terms: [{ unit, price: '0.000001', at_most_units: 10_000_000, streamed: true }] },
    timeout_seconds: 8,
    retries: 0,
    stream: { field: 'stream', body: { stream: true }, timeout_seconds: 60 },
    max_credits_recommended: '10',
  };
}

async function startSettlement(): Promise<void> {
  settlements.push(await services.settlement({ BURSAR_UPSTREAM_ORIGINS: provider.url }));
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until<Value>(read: () => Promise<Value> | Value, holds: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 400; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await pause(50);
  }
  throw new Error('It does not come to hold');
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const says = (content: string): string => event({ choices: [{ index: 0, delta: { content } }] });
const DONE = 'data: [DONE]\n\n';
const end = (completion_tokens: number): string => event({ choices: [], usage: { completion_tokens } }) + DONE;

/** A provider that says what the test has it say, when it does. */
class Stream implements AsyncIterable<string | Buffer> {
  readonly #said: (string | Buffer)[] = [];
  #hasEnded = false;
  #wake: () => void = () => undefined;

  say(...pieces: (string | Buffer)[]): this {
    this.#said.push(...pieces);
    this.#wake();
    return this;
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Buffer> {
    for (;;) {
      const piece = this.#said.shift();
      if (piece !== undefined) yield piece;
      else if (this.#hasEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

interface Chat {
  stream: Stream;
  asked: () => number;
  /** Asks for it, with the same key each time. */
  ask: (at?: RunningGateway, signal?: AbortSignal) => Promise<Response>;
  again: (at?: RunningGateway) => Promise<Called>;
  spend: () => Promise<{ spent_usd: number; held_usd: number }>;
}

/** A chat of an agent of its own. */
async function chat(begins_after_ms = 0): Promise<Chat> {
  const [text, handle] = [`text-${randomBytes(6).toString('hex')}`, `payer-${randomBytes(5).toString('hex')}`];
  const stream = new Stream();
  replies.set(text, async () => {
    await pause(begins_after_ms);
    return { events: stream };
  });
  expect((await call(gateway.url, 'POST', '/v1/agents', { body: { handle } })).status).toBeLessThan(300);
  const body = { service: 'chat', agent_id: handle, payload: { text, stream: true }, deadline_ms: 4_000 };
  const headers = { 'idempotency-key': text };
  return {
    stream,
    asked: () => provider.asked(text),
    ask: (at = gateway, signal) =>
      fetch(`${at.url}/v1/pay`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    again: (at = gateway) => call(at.url, 'POST', '/v1/pay', { body, headers }),
    spend: async () => {
      const { json } = await call(gateway.url, 'GET', `/v1/agents/${handle}/spend`);
      return { spent_usd: Number(json['spent_usd']), held_usd: Number(json['held_usd']) };
    },
  };
}

/** Reads until what came has this text in it. */
async function readTo(reader: ReadableStreamDefaultReader<string>, text: string): Promise<string> {
  let came = '';
  while (!came.includes(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`It ended without ${text}:\n${came}`);
    came += value;
  }
  return came;
}

const textOf = (answer: Response) => answer.body!.pipeThrough(new TextDecoderStream()).getReader();

async function rest(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let came = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return came;
    came += value;
  }
}

const RECEIPT = '\n\nevent: bursar.receipt\ndata: ';

/** What stands after the provider's own events. */
function receiptIn(text: string): Record<string, unknown> {
  const [, receipt] = text.split(RECEIPT) as [string, string | undefined];
  return JSON.parse(receipt ?? 'null') as Record<string, unknown>;
}

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

  it('B3: whose caller hangs up before its first event is followed to its end all the same', async () => {
    const { stream, ask, again, spend } = await chat(700);
    const leaving = new AbortController();
    const asked = ask(gateway, leaving.signal);
    await pause(300);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    stream.say(...Array.from({ length: 60 }, (_, index) => says(`more ${index}`)), end(11)).end();
    await until(spend, ({ spent_usd }) => spent_usd > 0);
    expect(await spend()).toEqual({ spent_usd: 0.000011, held_usd: 0 });
    expect(receiptIn((await again()).text)).toMatchObject({ credits_spent: 0.000011 });
  });

  it('B3: whose caller hangs up is followed to its end, paid to the unit, and given whole by its key', async () => {
    const { stream, ask, again, spend } = await chat();
    const leaving = new AbortController();
    const asked = ask(gateway, leaving.signal);
    stream.say(says('one'));
    await readTo(textOf(await asked), says('one'));
    leaving.abort();
    await pause(200);
    for (let index = 0; index < 100; index += 1) stream.say(says(`more ${index}`));
    expect(await spend()).toEqual({ spent_usd: 0, held_usd: 10 });
    stream.say(end(123)).end();
    await until(spend, ({ held_usd }) => held_usd === 0);
    expect(await spend()).toEqual({ spent_usd: 0.000123, held_usd: 0 });
    const { text } = await again();
    expect(text).toContain(says('one') + says('more 0'));
    expect(receiptIn(text)).toMatchObject({ credits_spent: 0.000123 });
  });

  it('H4 B3: whose caller reads nothing is paid at its end all the same, and he has all of it when he reads', async () => {
    const { stream, ask, spend } = await chat();
    const asked = ask();
    const large = says('x'.repeat(50_000));
    for (let index = 0; index < 60; index += 1) stream.say(large);
    stream.say(end(9)).end();
    const answer = await asked;
    await until(spend, ({ held_usd }) => held_usd === 0);
    await pause(3_000);
    const text = await answer.text();
    expect(text.startsWith(large.repeat(60) + end(9))).toBe(true);
    expect(receiptIn(text)).toMatchObject({ credits_spent: 0.000009 });
  });

  it('B3: whose gateway is killed is followed to its end and paid, and another gateway gives it by its key', async () => {
    const { stream, ask, again, spend } = await chat();
    const dying = await services.gateway();
    const asked = ask(dying);
    stream.say(says('one'));
    const reader = textOf(await asked);
    await readTo(reader, says('one'));
    dying.kill('SIGKILL');
    await expect(rest(reader)).rejects.toThrow();
    stream.say(says('two'), end(12)).end();
    await until(spend, ({ held_usd }) => held_usd === 0);
    expect(await spend()).toEqual({ spent_usd: 0.000012, held_usd: 0 });
    expect((await again()).text.startsWith(says('one') + says('two') + end(12))).toBe(true);
  });

  it('B3: whose bus goes away and comes back ends for its caller with an error event; it is paid at its end, and given by its key', async () => {
    const { stream, ask, again, spend } = await chat();
    const asked = ask();
    stream.say(says('one'));
    const reader = textOf(await asked);
    await readTo(reader, says('one'));
    await services.restartBus();
    const text = await rest(reader);
    expect(text).toContain('"code":"payment_outcome_unknown"');
    expect(receiptIn(text)).toMatchObject({ code: 'payment_outcome_unknown' });
    stream.say(says('two'), end(12)).end();
    await until(spend, ({ held_usd }) => held_usd === 0);
    expect(await spend()).toEqual({ spent_usd: 0.000012, held_usd: 0 });
    expect((await again()).text.startsWith(says('one') + says('two') + end(12))).toBe(true);
  });

  it('C3: whose settlement is killed ends for its caller with an error event and no receipt; the hold stays until an operator resolves it', async () => {
    const { stream, ask, again, spend } = await chat();
    const asked = ask();
    stream.say(says('one'));
    const reader = textOf(await asked);
    await readTo(reader, says('one'));
    const [killed] = settlements.splice(0);
    killed!.kill('SIGKILL');
    await killed!.exited;
    const broken_at = Date.now();
    const text = await rest(reader);
    expect(Date.now() - broken_at).toBeLessThan(6_000);
    const [error] = text.split(RECEIPT) as [string];
    expect(JSON.parse(error.replace('data: ', ''))).toMatchObject({ error: { code: 'payment_outcome_unknown' } });
    const problem = receiptIn(text);
    expect(problem).toMatchObject({ code: 'payment_outcome_unknown', status: 503, retryable: expect.any(Boolean) });
    expect(Object.keys(problem)).not.toContain('receipt');
    await startSettlement();
    stream.say(end(12)).end();
    const answer = await again();
    expect([answer.status, answer.json['code']]).toEqual([503, 'payment_outcome_unknown']);
    expect(answer.json['payment_id']).toBe(problem['payment_id']);
    expect(await spend()).toEqual({ spent_usd: 0, held_usd: 10 });
    const outcome = { outcome: 'voided' };
    const path = `/v1/payments/${String(problem['payment_id'])}/resolve`;
    expect((await call(gateway.url, 'POST', path, { body: outcome })).status).toBe(200);
    expect(await spend()).toEqual({ spent_usd: 0, held_usd: 0 });
  });

  it('B3: whose settlement is stopped in order comes to its end first', async () => {
    const { stream, ask, spend } = await chat();
    const asked = ask();
    stream.say(says('one'));
    const reader = textOf(await asked);
    await readTo(reader, says('one'));
    const [stopping] = settlements.splice(0);
    const stopped = stopping!.stop();
    await pause(500);
    stream.say(says('two'), end(5)).end();
    const text = await rest(reader);
    expect(text.startsWith(says('two') + end(5))).toBe(true);
    expect(receiptIn(text)).toMatchObject({ credits_spent: 0.000005 });
    await stopped;
    await startSettlement();
    expect(await spend()).toEqual({ spent_usd: 0.000005, held_usd: 0 });
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
