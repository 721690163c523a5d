import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Provider } from '#testing';
import { eventually, PATIENCE_OVER_RESTARTS_MS } from '../support/eventually.js';
import { ownText, PaidCalls, type Payer } from './paid-calls.js';
import { call, type RunningGateway } from './services.js';

const calls = new PaidCalls();
const { gate, pay, payer, post, replies, spend, startSettlement } = calls;
let gateway: RunningGateway;
let provider: Provider;

beforeAll(async () => {
  ({ gateway, provider } = await calls.start());
  // Copies of a request come to two replicas.
  await startSettlement();
}, 120_000);
afterAll(() => calls.stop());

describe('A paid call that waits for a person', () => {
  async function waiting(text: string): Promise<{ agent: Payer; approval: string }> {
    const agent = await payer({ approval_above: { amount: '0.01' } });
    const asked = await pay('once', text, agent, text);
    expect(asked.status).toBe(202);
    expect(provider.asked(text)).toBe(0);
    const { json } = await call(gateway.url, 'GET', '/v1/approvals');
    const approvals = json['approvals'] as { approval_id: string; payment_id?: string }[];
    const mine = approvals.find((one) => JSON.stringify(one).includes(String(asked.json['payment_id'])))!;
    return { agent, approval: mine.approval_id };
  }

  it('C1: is made once it was approved by the same request again, once, also of 5 at once', async () => {
    const text = ownText();
    const { agent, approval } = await waiting(text);
    expect((await pay('once', text, agent, text)).status).toBe(202);
    expect((await post(`/v1/approvals/${approval}/approve`)).status).toBeLessThan(300);
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay('once', text, agent, text)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(provider.asked(text)).toBe(1);
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
  });

  it('B1: and that the service then refuses says so, and asks nobody for another approval', async () => {
    const text = ownText();
    replies.set(text, () => ({ status: 429, headers: { 'retry-after': '600' } }));
    const { agent, approval } = await waiting(text);
    await post(`/v1/approvals/${approval}/approve`);
    const answer = await pay('once', text, agent, text);
    expect([answer.status, answer.json['code']]).toEqual([503, 'service_busy']);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0 });
  });
});

describe('Whoever is stopped in the middle of a paid call', () => {
  it.each([
    ['frozen', ({ handle }: Payer) => post(`/v1/agents/${handle}/freeze`)],
    ['revoked', ({ revocation_id }: Payer) => post(`/v1/revocations/${revocation_id}`)],
  ])('F2: once %s pays for what was called, up to the hold, and calls nothing more', async (_what, stop) => {
    const [agent, text] = [await payer(), ownText()];
    const { came, open } = gate(text);
    const asked = pay('once', text, agent, text);
    await came();
    expect((await stop(agent)).status).toBeLessThan(300);
    open();
    await asked;
    await eventually(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
      PATIENCE_OVER_RESTARTS_MS,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect((await pay('once', ownText(), agent)).status).toBeGreaterThanOrEqual(400);
    expect(provider.asked(text)).toBe(1);
  });

  it('F5: by its session’s end pays for what was called, and calls nothing more in it', async () => {
    const [agent, text] = [await payer(), ownText()];
    const { json } = await post('/v1/sessions', { budget: 1, agent_id: agent.handle });
    const session = { session_id: json['session_id'] };
    const { came, open } = gate(text);
    const asked = pay('once', text, agent, text, session);
    await came();
    expect((await post(`/v1/sessions/${String(session.session_id)}/close`)).status).toBeLessThan(300);
    open();
    expect(await asked).toMatchObject({ status: 200, json: { credits_spent: 0.02 } });
    const late = ownText();
    expect((await pay('once', late, agent, undefined, session)).status).toBeGreaterThanOrEqual(400);
    expect(provider.asked(late)).toBe(0);
  });
});

describe('A plan of paid calls', () => {
  it('A8: that has used up its session is refused, and after a top-up runs again where it stopped', async () => {
    const [agent, plan] = [await payer(), [ownText(), ownText(), ownText()]];
    const { json } = await post('/v1/sessions', { budget: 0.08, agent_id: agent.handle });
    const run = () =>
      Promise.resolve(plan).then(async (steps) => {
        const codes: number[] = [];
        for (const text of steps)
          codes.push((await pay('once', text, agent, undefined, { session_id: json['session_id'] })).status);
        return codes;
      });
    expect(await run()).toEqual([200, 200, 402]);
    await post('/v1/topups', { session_id: json['session_id'], amount: 1, currency: 'USD', reference: plan[0] });
    expect(await run()).toEqual([200, 200, 200]);
    expect(await spend(agent)).toEqual({ spent_usd: 0.1, held_usd: 0 });
  });
});
