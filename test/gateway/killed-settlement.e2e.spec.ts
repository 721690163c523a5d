import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Provider, ServiceProcess } from '#testing';
import type pg from 'pg';
import { eventually, PATIENCE_OVER_RESTARTS_MS } from '../support/eventually.js';
import { kill, ownText, PaidCalls, type Payer } from './paid-calls.js';
import type { Services } from './services.js';

const calls = new PaidCalls();
const { gate, killSettlement, letTimePass, pay, payer, post, spend, startSettlement } = calls;
let services: Services;
let authorization: ServiceProcess;
let provider: Provider;
let database: pg.Client;

beforeAll(async () => void ({ services, authorization, provider, database } = await calls.start()), 120_000);
afterAll(() => calls.stop());

/** Another settlement is there afterwards, and the time is over after which it sees to the call. */
async function killWhileItAnswers(service: string, text: string, agent: Payer): Promise<void> {
  const { came, open } = gate(text);
  const asked = pay(service, text, agent, text, { deadline_ms: 2_000 });
  await came();
  await killSettlement();
  open();
  await asked;
  await startSettlement();
  await letTimePass();
}

describe('Settlement killed in the middle of a paid call', () => {
  it('A7 C1: before its hold stands asks nobody for anything afterwards; the same key makes the call, once', async () => {
    const [agent, text] = [await payer(), ownText()];
    await kill(authorization);
    const asked = pay('mail', text, agent, text, { deadline_ms: 1_500 });
    await pause(500); // it asks the book's owner, and nobody is there
    await killSettlement();
    expect((await asked).status).toBe(503);
    [authorization] = await Promise.all([services.authorization(), startSettlement()]);
    expect(provider.asked(text)).toBe(0);
    const kept = await database.query(`select 1 from bursar.service_call where request like $1`, [`%${text}%`]);
    expect(kept.rowCount).toBe(0);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0 });
    expect(await pay('mail', text, agent, text)).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    expect(provider.asked(text)).toBe(1);
  });

  it('C3: while the service answers never calls it again; the key says that the outcome is unknown, and an operator resolves it', async () => {
    const [agent, text] = [await payer(), ownText()];
    await killWhileItAnswers('once', text, agent);
    await pause(200);
    const again = await pay('once', text, agent, text, { deadline_ms: 3_000 });
    expect([again.status, again.json['code']]).toEqual([503, 'payment_outcome_unknown']);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0.05 });
    await post(`/v1/payments/${String(again.json['payment_id'])}/resolve`, { outcome: 'voided' });
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0 });
    expect((await pay('once', text, agent, text)).json['code']).toBe('upstream_refused');
    expect(provider.asked(text)).toBe(1);
  });

  it('C1: while a service answers that knows keys asks it again under the same one, and captures; the key gives the answer', async () => {
    const [agent, text] = [await payer(), ownText()];
    await killWhileItAnswers('mail', text, agent);
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect(await pay('mail', text, agent, text)).toMatchObject({ status: 200, json: { answer: '42' } });
    const keys = provider.of(text).map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });

  it('B3 C4: after the answer and before its capture captures what was answered, and the key gives the answer', async () => {
    const [agent, text] = [await payer(), ownText()];
    const { came, open } = gate(text);
    const asked = pay('once', text, agent, text, { deadline_ms: 2_500 });
    await came();
    await kill(authorization);
    open();
    await eventually(
      () =>
        database.query(
          'select 1 from bursar.service_call join bursar.service_answer using (payment_id) where request like $1',
          [`%${text}%`],
        ),
      ({ rowCount }) => rowCount === 1,
      PATIENCE_OVER_RESTARTS_MS,
    );
    await killSettlement();
    await asked;
    [authorization] = await Promise.all([services.authorization(), startSettlement()]);
    await letTimePass();
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect(await pay('once', text, agent, text)).toMatchObject({
      status: 200,
      json: { answer: '42', credits_spent: 0.02 },
    });
    expect(provider.asked(text)).toBe(1);
  });
});
