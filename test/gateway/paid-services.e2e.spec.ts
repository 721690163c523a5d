import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Provider, ServiceProcess } from '#testing';
import type pg from 'pg';
import { eventually, PATIENCE_OVER_RESTARTS_MS } from '../support/eventually.js';
import { kill, ownText, PaidCalls } from './paid-calls.js';
import type { Services } from './services.js';

const calls = new PaidCalls();
const { letTimePass, pay, payer, replies, spend, startSettlement } = calls;
let services: Services;
let authorization: ServiceProcess;
let provider: Provider;
let database: pg.Client;

beforeAll(async () => void ({ services, authorization, provider, database } = await calls.start()), 120_000);
afterAll(() => calls.stop());

describe('A paid call over the bus', () => {
  it('A7: is refused while authorization is down, nothing is called, and the retry succeeds', async () => {
    const [agent, text] = [await payer(), ownText()];
    await kill(authorization);
    const refused = await pay('once', text, agent, text, { deadline_ms: 1_500 });
    expect(refused.status).toBe(503);
    expect(provider.asked(text)).toBe(0);
    authorization = await services.authorization();
    expect(await pay('once', text, agent, text)).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('C4: is kept with its hold and its capture by whoever appends them, and not by settlement', async () => {
    const [agent, text] = [await payer(), ownText()];
    const tables = 'bursar.service_call, bursar.service_call_open, bursar.service_answer';
    await database.query(`revoke insert, update, delete on ${tables} from bursar_services`);
    const paid = await pay('once', text, agent, text);
    const again = await pay('once', text, agent, text);
    await database.query(`grant insert, update, delete on ${tables} to bursar_services`);
    expect(paid).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    expect([again.text, provider.asked(text)]).toEqual([paid.text, 1]);
  });

  it('A7: is refused where what is asked cannot be kept: no hold is left, nothing is called, and the same key passes later', async () => {
    const [agent, text] = [await payer(), ownText()];
    await database.query('revoke insert on bursar.service_call from bursar_services, bursar_writer');
    const refused = await pay('once', text, agent, text);
    await database.query('grant insert on bursar.service_call to bursar_services, bursar_writer');
    expect([refused.status, refused.json['retryable']]).toEqual([503, true]);
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    expect(provider.asked(text)).toBe(0);
    expect(await pay('once', text, agent, text)).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    expect(provider.asked(text)).toBe(1);
  });

  it('A7: is made as ever where what is asked cannot be kept with its hold: it is kept by itself', async () => {
    const [agent, text] = [await payer(), ownText()];
    await database.query('revoke insert on bursar.service_call from bursar_writer');
    const paid = await pay('once', text, agent, text);
    await database.query('grant insert on bursar.service_call to bursar_writer');
    expect(paid).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    expect((await pay('once', text, agent, text)).text).toBe(paid.text);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('A7: is refused where nobody can read or write the table, and its hold goes away when somebody can', async () => {
    const [agent, text] = [await payer(), ownText()];
    const unlock = await services.lockTable('bursar.service_call');
    const refused = await pay('once', text, agent, undefined, { deadline_ms: 4_000 });
    expect(refused.status).toBe(503);
    await unlock();
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    await pause(1_000);
    expect(provider.asked(text)).toBe(0);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0 });
  });

  it('C1: whose answer is larger than a message of the bus is given whole, and again by its key', async () => {
    const [agent, text] = [await payer(), ownText()];
    const answer = `${'é'.repeat(600_000)}"😀`;
    replies.set(text, () => ({ body: JSON.stringify({ answer, cost: 0.02 }) }));
    const first = await pay('once', text, agent, text);
    expect([first.status, first.json['answer'] === answer]).toEqual([200, true]);
    expect((await pay('once', text, agent, text)).text === first.text).toBe(true);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('C1: is made once though 20 copies of its key come at once, at two replicas', async () => {
    await startSettlement();
    const [agent, text] = [await payer(), ownText()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay('once', text, agent, text)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect([...new Set(answers.map((answer) => answer.text))]).toEqual([answers[0]!.text]);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('C1: that takes so long that another replica is asked too is made once', async () => {
    const [agent, text] = [await payer(), ownText()];
    replies.set(text, async () => {
      await pause(3_500);
      return {};
    });
    expect(await pay('once', text, agent)).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    await pause(500);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('C1: of which was said that nothing was spent is not made again behind its caller’s back', async () => {
    const [agent, text] = [await payer(), ownText()];
    replies.set(text, async (count) => {
      if (count > 1) return {};
      await pause(3_500);
      return { status: 429, headers: { 'retry-after': '600' } };
    });
    const answer = await pay('once', text, agent);
    expect([answer.status, answer.json['code']]).toEqual([503, 'service_busy']);
    await pause(1_500);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0 });
  });

  it('C3: that had no answer and then cannot be asked stays unknown until the service says what it did', async () => {
    const [agent, text] = [await payer(), ownText()];
    replies.set(text, (count) => (count === 1 ? { hangup: 'before' } : count === 2 ? { status: 503 } : {}));
    const answer = await pay('mail', text, agent, text);
    expect([answer.status, answer.json['code']]).toEqual([503, 'payment_outcome_unknown']);
    await eventually(
      () => provider.asked(text),
      (asked) => asked === 2,
      PATIENCE_OVER_RESTARTS_MS,
    );
    await pause(300);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0.05 });
    await letTimePass();
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect(new Set(provider.of(text).map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});
