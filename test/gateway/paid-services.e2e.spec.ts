import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Provider, type ProviderReply, type ServiceProcess } from '#testing';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { call, Services, type Called, type RunningGateway } from './services.js';

let services: Services;
let authorization: ServiceProcess;
let gateway: RunningGateway;
let provider: Provider;
let database: pg.Client;
const settlements: ServiceProcess[] = [];

/** What the provider does with a request that has the text in it; an answer of 0.02 otherwise. */
const replies = new Map<string, (count: number) => Promise<ProviderReply> | ProviderReply>();
const counts = new Map<string, number>();

beforeAll(async () => {
  services = await Services.start();
  provider = await Provider.start(async ({ body }) => {
    const text = [...replies.keys()].find((one) => body.includes(one));
    if (text === undefined) return {};
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return replies.get(text)!(counts.get(text)!);
  });
  database = new pg.Client({ connectionString: services.databaseUrl });
  [authorization, gateway] = await Promise.all([services.authorization(), services.gateway(), startSettlement()]);
  await database.connect();
  for (const [name, fields] of [
    ['once', {}],
    ['mail', { idempotency: { header: 'Idempotency-Key' } }],
  ] as const)
    expect((await put(`/v1/services/${name}`, { ...definition(name), ...fields })).text).toContain('"mode":"live"');
}, 120_000);
afterAll(async () => {
  await database?.end();
  await services?.stop();
  await provider?.stop();
});

function definition(name: string) {
  return {
    name,
    title: name,
    category: 'test',
    call: { method: 'POST', url: `${provider.url}/ask`, body: { json: { text: '{payload.text}' } } },
    payload: { text: { type: 'string', required: true } },
    price: { kind: 'reported', path: 'cost', currency: 'USD', at_most: '0.05' },
    timeout_seconds: 8,
    retries: 0,
    max_credits_recommended: '0.05',
  };
}

async function startSettlement(): Promise<ServiceProcess> {
  const settlement = await services.settlement({ BURSAR_UPSTREAM_ORIGINS: provider.url });
  settlements.push(settlement);
  return settlement;
}

/** Kills all of settlement, as a power cut would. */
async function killSettlement(): Promise<void> {
  await Promise.all(settlements.splice(0).map(kill));
}

async function kill(service: ServiceProcess): Promise<void> {
  service.kill('SIGKILL');
  await service.exited;
}

const put = (path: string, body: unknown): Promise<Called> => call(gateway.url, 'PUT', path, { body });
const post = (path: string, body: unknown = {}): Promise<Called> => call(gateway.url, 'POST', path, { body });

function ownText(): string {
  return `text-${randomBytes(6).toString('hex')}`;
}

interface Payer {
  handle: string;
  token: string;
  revocation_id: string;
}

async function payer(fields: object = {}): Promise<Payer> {
  const { json } = await post('/v1/agents', { handle: `payer-${randomBytes(5).toString('hex')}`, ...fields });
  return json as unknown as Payer;
}

function pay(service: string, text: string, { handle }: Payer, key?: string, fields: object = {}): Promise<Called> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  return call(gateway.url, 'POST', '/v1/pay', {
    body: { service, agent_id: handle, payload: { text }, ...fields },
    headers,
  });
}

async function spend({ handle }: Payer): Promise<{ spent_usd: number; held_usd: number }> {
  const { json } = await call(gateway.url, 'GET', `/v1/agents/${handle}/spend`);
  return { spent_usd: Number(json['spent_usd']), held_usd: Number(json['held_usd']) };
}

async function until<Value>(read: () => Promise<Value> | Value, holds: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 400; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await pause(50);
  }
  throw new Error('It does not come to hold');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The time passes for which a process sees to its calls itself. */
async function letTimePass(): Promise<void> {
  await database.query('update bursar.service_call_open set ends_at = now()');
}

/** A provider that answers when it is told to. */
function gate(text: string, reply: ProviderReply = {}): { came: () => Promise<unknown>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  replies.set(text, async (count) => {
    if (count === 1) await opened;
    return reply;
  });
  return {
    came: () =>
      until(
        () => provider.asked(text),
        (asked) => asked > 0,
      ),
    open,
  };
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
    const { came, open } = gate(text);
    const asked = pay('once', text, agent, text, { deadline_ms: 2_000 });
    await came();
    await killSettlement();
    open();
    await asked;
    await startSettlement();
    await letTimePass();
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
    const { came, open } = gate(text);
    const asked = pay('mail', text, agent, text, { deadline_ms: 2_000 });
    await came();
    await killSettlement();
    open();
    await asked;
    await startSettlement();
    await letTimePass();
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
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
    await until(
      () =>
        database.query(
          'select 1 from bursar.service_call join bursar.service_answer using (payment_id) where request like $1',
          [`%${text}%`],
        ),
      ({ rowCount }) => rowCount === 1,
    );
    await killSettlement();
    await asked;
    [authorization] = await Promise.all([services.authorization(), startSettlement()]);
    await letTimePass();
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect(await pay('once', text, agent, text)).toMatchObject({
      status: 200,
      json: { answer: '42', credits_spent: 0.02 },
    });
    expect(provider.asked(text)).toBe(1);
  });
});

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
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
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
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
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
    await until(
      () => provider.asked(text),
      (asked) => asked === 2,
    );
    await pause(300);
    expect(await spend(agent)).toEqual({ spent_usd: 0, held_usd: 0.05 });
    await letTimePass();
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
    );
    expect(await spend(agent)).toEqual({ spent_usd: 0.02, held_usd: 0 });
    expect(new Set(provider.of(text).map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});

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
    await until(
      () => spend(agent),
      ({ held_usd }) => held_usd === 0,
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
