import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, PATIENCE_OVER_RESTARTS_MS } from '../support/eventually.js';
import { end, readTo, RECEIPT, receiptIn, rest, says, textOf } from './event-stream.js';
import { call, type RunningGateway, type Services } from './services.js';
import { StreamedChats } from './streamed-chats.js';

const chats = new StreamedChats();
const { chat, settlements, startSettlement } = chats;
let services: Services;
let gateway: RunningGateway;

beforeAll(async () => void ({ services, gateway } = await chats.start()), 120_000);
afterAll(() => chats.stop());

describe('A stream of which gateway and settlement are separate processes', () => {
  it('B3: whose caller hangs up before its first event is followed to its end all the same', async () => {
    const { stream, ask, again, spend } = await chat(700);
    const leaving = new AbortController();
    const asked = ask(gateway, leaving.signal);
    await pause(300);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    stream.say(...Array.from({ length: 60 }, (_, index) => says(`more ${index}`)), end(11)).end();
    await eventually(spend, ({ spent_usd }) => spent_usd > 0, PATIENCE_OVER_RESTARTS_MS);
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
    await eventually(spend, ({ held_usd }) => held_usd === 0, PATIENCE_OVER_RESTARTS_MS);
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
    await eventually(spend, ({ held_usd }) => held_usd === 0, PATIENCE_OVER_RESTARTS_MS);
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
    await eventually(spend, ({ held_usd }) => held_usd === 0, PATIENCE_OVER_RESTARTS_MS);
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
    await eventually(spend, ({ held_usd }) => held_usd === 0, PATIENCE_OVER_RESTARTS_MS);
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
});
