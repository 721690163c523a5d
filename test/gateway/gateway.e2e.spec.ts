import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  agentRegisteredSchema,
  agentSchema,
  agentSpendSchema,
  eventsAnswerSchema,
  integrityAnswerSchema,
  paymentAnswerSchema,
  paymentsAnswerSchema,
  paymentStateSchema,
  paymentStepAnswerSchema,
  problemSchema,
  sessionOpenedSchema,
  sessionSchema,
  spendReportSchema,
  topUpAnswerSchema,
  walletsAnswerSchema,
} from '#contracts';
import type { ServiceProcess } from '#testing';
import { call, Services, type Called, type CallOptions, type RunningGateway } from './services.js';

let services: Services;
let authorization: ServiceProcess;
let gateway: RunningGateway;
let names = 0;

beforeAll(async () => {
  services = await Services.start();
  [authorization, , gateway] = await Promise.all([services.authorization(), services.projection(), services.gateway()]);
}, 120_000);
afterAll(() => services.stop());

const on = (method: string, path: string, options?: CallOptions): Promise<Called> =>
  call(gateway.url, method, path, options);

async function register(
  fields: object = {},
): Promise<{ handle: string; agent_id: string; token: string; revocation_id: string }> {
  names += 1;
  const { status, json } = await on('POST', '/v1/agents', { body: { handle: `agent-${names}`, ...fields } });
  expect(status).toBe(201);
  return agentRegisteredSchema.parse(json) as never;
}

async function open(fields: object): Promise<{ session_id: string; session_token: string }> {
  const { status, json } = await on('POST', '/v1/sessions', { body: fields });
  expect(status).toBe(201);
  return sessionOpenedSchema.parse(json) as never;
}

/** Where the log of the org ends. */
async function position(): Promise<string> {
  let page = eventsAnswerSchema.parse((await on('GET', '/v1/events')).json);
  while (page.next_cursor !== null) {
    page = eventsAnswerSchema.parse((await on('GET', `/v1/events?cursor=${page.next_cursor}`)).json);
  }
  return page.position;
}

async function until<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It does not come to hold');
}

describe('The gateway on real parts', () => {
  it('promise 1 to 4: agents pay in nested sessions, and every answer looks as it is documented', async () => {
    const planner = await register({ spending_cap: { amount: 5, currency: 'USD' } });
    const writer = await register();
    const root = await open({ budget: 2, agent_id: planner.handle, label: 'goal=report' });
    const child = await open({ budget: 0.5, parent_session_id: root.session_id, agent_id: planner.handle });
    const paid = await on('POST', '/v1/payments', {
      token: planner.token,
      body: { payee: writer.handle, amount: 0.05, capture: true, session_id: child.session_id },
    });
    expect(paid.status).toBe(201);
    expect(paymentAnswerSchema.parse(paid.json)).toMatchObject({
      status: 'captured',
      payee: { handle: writer.handle },
      labels: { label: 'goal=report' },
    });
    const hold = await on('POST', '/v1/payments', {
      token: child.session_token,
      body: { service: 'search', amount: '0.1' },
    });
    const { payment_id: id } = paymentAnswerSchema.parse(hold.json);
    const captured = await on('POST', `/v1/payments/${id}/capture`, { body: { amount: '0.04' } });
    expect(paymentStepAnswerSchema.parse(captured.json)).toMatchObject({ status: 'captured', amount_captured: '0.04' });
    const refunded = await on('POST', `/v1/payments/${id}/refund`, { body: { amount: '0.01', reason: 'late' } });
    expect(paymentStepAnswerSchema.parse(refunded.json)).toMatchObject({ status: 'refunded', amount_refunded: '0.01' });
    const state = paymentStateSchema.parse((await on('GET', `/v1/payments/${id}`)).json);
    expect(state.history.map(({ type }) => type)).toEqual([
      'payment.authorized',
      'payment.captured',
      'payment.refunded',
    ]);
    expect(sessionSchema.parse((await on('GET', `/v1/sessions/${root.session_id}`)).json)).toMatchObject({
      spent: 0.08,
      held: 0,
      remaining: 1.92,
      children: [{ session_id: child.session_id, spent: 0.08 }],
    });
    expect(agentSpendSchema.parse((await on('GET', `/v1/agents/${planner.handle}/spend`)).json)).toMatchObject({
      spent_usd: 0.08,
      remaining_usd: 4.92,
    });
    expect(walletsAnswerSchema.parse((await on('GET', '/v1/wallets')).json).next_cursor).toBeNull();
    const topUp = await on('POST', '/v1/topups', {
      body: { agent_id: planner.handle, amount: 1, reference: 'bank-1' },
    });
    expect(topUpAnswerSchema.parse(topUp.json)).toMatchObject({ agent_id: planner.agent_id, amount: '1' });
    expect(agentSchema.parse((await on('GET', `/v1/agents/${planner.handle}`)).json)).toMatchObject({
      spending_cap: { amount: 6 },
    });
    expect(integrityAnswerSchema.parse((await on('GET', '/v1/integrity')).json)).toMatchObject({
      status: 'whole',
      faults: [],
    });
  });

  it('A1, A11: 200 concurrent payments against a budget for 40 pass exactly 40 times, and a reason names the session', async () => {
    const session = await open({ budget: 0.4 });
    const payers = await Promise.all(Array.from({ length: 4 }, () => register()));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        on('POST', '/v1/payments', {
          body: {
            agent_id: payers[index % 4]!.handle,
            service: 'search',
            amount: 0.01,
            capture: index % 2 === 0,
            session_id: session.session_id,
          },
        }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 402);
    expect([answers.filter(({ status }) => status === 201).length, refused.length]).toEqual([40, 160]);
    for (const { json } of refused) {
      expect(problemSchema.parse(json)).toMatchObject({
        code: 'session_budget_exceeded',
        scope: { kind: 'session', id: session.session_id },
        limit: '0.4',
        remaining: '0',
      });
    }
    expect(sessionSchema.parse((await on('GET', `/v1/sessions/${session.session_id}`)).json)).toMatchObject({
      remaining: 0,
    });
  });

  it('C1, C2: one key used by 30 callers at once is one payment with one answer, and another body is a conflict', async () => {
    const payer = await register();
    const body = { agent_id: payer.handle, service: 'search', amount: 0.01, capture: true, idempotency_key: 'one-key' };
    const answers = await Promise.all(Array.from({ length: 30 }, () => on('POST', '/v1/payments', { body })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    const other = await on('POST', '/v1/payments', { body: { ...body, amount: 0.02 } });
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_key_conflict' } });
    const spend = await on('GET', `/v1/agents/${payer.handle}/spend`);
    expect(spend.json).toMatchObject({ spent_usd: 0.01 });
    const byKey = await on('GET', `/v1/payments?idempotency_key=one-key&agent=${payer.handle}`);
    expect(paymentStateSchema.parse(byKey.json)).toMatchObject({ payment_id: answers[0]!.json['payment_id'] });
  });

  it('A10, E6: a limit set by PATCH is returned by GET and binds on the very next request', async () => {
    const payer = await register({ per_tx_limit: 1 });
    const pay = (): Promise<Called> =>
      on('POST', '/v1/payments', { token: payer.token, body: { service: 'search', amount: '0.5', capture: true } });
    expect((await pay()).status).toBe(201);
    const changed = await on('PATCH', `/v1/agents/${payer.handle}`, { body: { per_tx_limit: '0.499999' } });
    expect(agentSchema.parse(changed.json)).toMatchObject({ per_tx_limit: 0.499999 });
    expect(await pay()).toMatchObject({ status: 402, json: { code: 'per_payment_limit_exceeded', limit: '0.499999' } });
    await on('PATCH', `/v1/agents/${payer.handle}`, { body: { per_tx_limit: null } });
    expect((await pay()).status).toBe(201);
  });

  it('C6: a top-up delivered five times at once is credited once', async () => {
    const session = await open({ budget: 1 });
    const body = { session_id: session.session_id, amount: 1, reference: `webhook-${session.session_id}` };
    const answers = await Promise.all(Array.from({ length: 5 }, () => on('POST', '/v1/topups', { body })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(sessionSchema.parse((await on('GET', `/v1/sessions/${session.session_id}`)).json)).toMatchObject({
      budget: 2,
    });
  });

  it('F1, F3: a revocation that one gateway has answered binds at once at another, for that agent alone', async () => {
    const other = await services.gateway();
    const revoked = await register();
    const sibling = await register();
    const pay = (url: string, token: string): Promise<Called> =>
      call(url, 'POST', '/v1/payments', { token, body: { service: 'search', amount: 0.01, capture: true } });
    expect((await pay(other.url, revoked.token)).status).toBe(201);
    expect((await on('POST', `/v1/revocations/${revoked.revocation_id}`)).status).toBe(200);
    for (const url of [other.url, gateway.url]) {
      expect(await pay(url, revoked.token)).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
      expect((await call(url, 'GET', '/v1/events', { token: revoked.token })).status).toBe(401);
      expect((await pay(url, sibling.token)).status).toBe(201);
    }
    const again = await on('POST', '/v1/agents', { body: { handle: revoked.handle } });
    expect(agentRegisteredSchema.parse(again.json).agent_id).not.toBe(revoked.agent_id);
    await other.stop();
  });

  it('F4: a rotated token opens nothing more, and one of a repeated key is not shown again', async () => {
    const agent = await register();
    const rotated = await on('POST', `/v1/agents/${agent.handle}/rotate-token`, { body: { overlap_seconds: 0 } });
    expect((await on('GET', `/v1/agents/${agent.handle}`, { token: agent.token })).status).toBe(401);
    expect((await on('GET', `/v1/agents/${agent.handle}`, { token: String(rotated.json['token']) })).status).toBe(200);
    const headers = { 'idempotency-key': 'open-once' };
    const first = await on('POST', '/v1/sessions', { headers, body: { budget: 1 } });
    const second = await on('POST', '/v1/sessions', { headers, body: { budget: 1 } });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).not.toHaveProperty('session_token');
    const { session_token: _token, ...rest } = first.json;
    expect(second.json).toEqual(rest);
  });

  it('a handle known by first use is taken over, and the token that it gets opens it', async () => {
    names += 1;
    const handle = `newcomer-${names}`;
    const paid = await on('POST', '/v1/payments', {
      body: { agent_id: handle, service: 'search', amount: 0.01, capture: true },
    });
    const registered = agentRegisteredSchema.parse((await on('POST', '/v1/agents', { body: { handle } })).json);
    expect(registered.agent_id).toBe((paid.json['payer'] as { agent_id: string }).agent_id);
    expect((await on('GET', `/v1/agents/${handle}`, { token: registered.token! })).status).toBe(200);
  });

  it('D2, D6: a moment later the report and the list say what the book says', async () => {
    const payer = await register();
    const label = `goal=${payer.handle}`;
    for (const amount of ['0.01', '0.000001', '0.2']) {
      await on('POST', '/v1/payments', {
        token: payer.token,
        body: { service: 'search', amount, capture: true, label },
      });
    }
    const report = await until(
      async () =>
        spendReportSchema.parse(
          (await on('GET', `/v1/reports/spend?group_by=label&label=${encodeURIComponent(label)}`)).json,
        ),
      ({ rows }) => rows[0]?.payments === 3,
    );
    expect(report).toMatchObject({ rows: [{ label, spent: '0.210001' }], total: { spent: '0.210001', payments: 3 } });
    const list = paymentsAnswerSchema.parse((await on('GET', `/v1/payments?agent=${payer.handle}&limit=2`)).json);
    expect(list.payments.map(({ amount }) => amount)).toEqual(['0.2', '0.000001']);
    const rest = await on('GET', `/v1/payments?agent=${payer.handle}&limit=2&cursor=${list.next_cursor}`);
    expect(paymentsAnswerSchema.parse(rest.json)).toMatchObject({ payments: [{ amount: '0.01' }], next_cursor: null });
    const csv = await on('GET', `/v1/reports/spend?group_by=agent&agent=${payer.handle}&format=csv`);
    expect(csv.text).toContain(`${payer.agent_id},${payer.handle},USD,0.210001,0,0,0,3,0`);
  });

  it('F1, D16: roles bind: finance reads and cannot spend, an agent cannot revoke, top up or name another agent', async () => {
    const issued = await on('POST', '/v1/keys', { body: { role: 'finance', name: 'month end' } });
    const token = String(issued.json['token']);
    expect((await on('GET', '/v1/reports/spend', { token })).status).toBe(200);
    const pay = { service: 'search', amount: 0.01 };
    expect(await on('POST', '/v1/payments', { token, body: pay })).toMatchObject({
      status: 403,
      json: { code: 'role_not_allowed' },
    });
    await on('DELETE', `/v1/keys/${String(issued.json['key_id'])}`);
    expect((await on('GET', '/v1/reports/spend', { token })).status).toBe(401);
    const [agent, other] = [await register(), await register()];
    const asAgent = { token: agent.token };
    expect((await on('POST', `/v1/revocations/${other.revocation_id}`, asAgent)).status).toBe(403);
    expect((await on('POST', '/v1/topups', { ...asAgent, body: { agent_id: agent.handle, amount: 1 } })).status).toBe(
      403,
    );
    expect(await on('POST', '/v1/payments', { ...asAgent, body: { ...pay, agent_id: other.handle } })).toMatchObject({
      status: 403,
      json: { code: 'agent_not_own' },
    });
  });

  it('A12, F7: malformed requests, unknown ids and wrong keys change nothing', async () => {
    const before = await position();
    const wrong: [string, string, CallOptions, number][] = [
      ['POST', '/v1/payments', { body: '{"payee":"a","amount":NaN}' }, 400],
      ['POST', '/v1/payments', { body: '{"payee":"a","amount":1,"label":"\\u0000"}' }, 422],
      ['POST', '/v1/payments', { body: { payee: 'agent-1', amount: '1e-05' } }, 422],
      ['POST', '/v1/payments', { body: { payee: 'agent-1', amount: -1 } }, 422],
      ['POST', '/v1/payments', { body: { payee: 'agent-1', amount: 1, surprise: 1 } }, 422],
      ['POST', '/v1/payments', { body: { payee: 'nobody-at-all', amount: 0.01 } }, 404],
      ['POST', '/v1/payments', { body: { service: 'a', amount: 0.01, session_id: 'ses_none' } }, 404],
      ['POST', '/v1/payments', { token: 'not-the-admin-key-at-all', body: { service: 'a', amount: 0.01 } }, 401],
      ['POST', '/v1/payments/pay_none/capture', {}, 404],
      ['POST', '/v1/sessions', { body: { budget: 1, parent_session_id: 'ses_none' } }, 404],
      ['PATCH', '/v1/agents/nobody-at-all', { body: { daily_cap: 1 } }, 404],
      ['POST', '/v1/revocations/rev_none', {}, 404],
      ['POST', '/v1/topups', { body: { wallet_id: 'wal_none', amount: 1 } }, 404],
      ['DELETE', '/v1/keys/key_none', {}, 404],
    ];
    for (const [method, path, options, status] of wrong) {
      const called = await on(method, path, options);
      expect([method, path, options.body, called.status]).toEqual([method, path, options.body, status]);
      expect(problemSchema.parse(called.json).status).toBe(status);
    }
    expect(await position()).toBe(before);
  });

  it('A7, C1: without an owner the answer is a refusal to repeat, and the same key pays once when there is one again', async () => {
    const payer = await register();
    const body = {
      agent_id: payer.handle,
      service: 'search',
      amount: 0.01,
      capture: true,
      idempotency_key: 'across-a-crash',
    };
    const before = await on('POST', '/v1/payments', { body });
    expect(before.status).toBe(201);
    authorization.kill('SIGKILL');
    await authorization.exited;
    const refused = await on('POST', '/v1/payments', {
      body: { ...body, idempotency_key: 'in-between', deadline_ms: 700 },
    });
    expect(refused.status).toBe(503);
    expect(problemSchema.parse(refused.json)).toMatchObject({ retryable: true });
    authorization = await services.authorization();
    const again = await on('POST', '/v1/payments', { body });
    expect([again.status, again.text]).toEqual([201, before.text]);
    expect((await on('POST', '/v1/payments', { body: { ...body, idempotency_key: 'in-between' } })).status).toBe(201);
    expect((await on('GET', `/v1/agents/${payer.handle}/spend`)).json).toMatchObject({ spent_usd: 0.02, held_usd: 0 });
  });
});
