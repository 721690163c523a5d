import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthCalloutResponder,
  connectBus,
  ensureStreams,
  natsServerConfiguration,
  newBusSecrets,
  readServerTemplate,
  type BusConnection,
  type VerifiedCredential,
} from '#bus';
import { HEADERS, STREAMS, subjects } from '#contracts';
import { formatToken, newId, newSecret } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { BursarBus, UnavailableError, type BursarBusOptions, type LogEvent, type PaymentRequest } from '../index.js';

// The real server with the auth callout of production; only the book behind it is played by the test.
const secrets = newBusSecrets();
const known = new Map<string, VerifiedCredential>();
const opened: BursarBus[] = [];
let server: PrivateServer;
let services: BusConnection;
let responder: AuthCalloutResponder;

interface Intent {
  subject: string;
  body: PaymentRequest;
  reply_to: string;
  deadline: string;
}

beforeAll(async () => {
  const configuration = natsServerConfiguration({ template: readServerTemplate(process.cwd()), secrets });
  server = await startPrivateNats({ configuration });
  const credentials = { user: secrets.service_user, password: secrets.service_password };
  services = await connectBus({ url: server.url, name: 'services', credentials });
  await ensureStreams(services, { mode: 'create' });
  responder = new AuthCalloutResponder(services, {
    issuer_seed: secrets.issuer_seed,
    verify: (bearer) => Promise.resolve(known.get(bearer) ?? { refused: 'Unknown credential' }),
  });
  responder.start();
  await services.flush();
});

afterAll(async () => {
  for (const bus of opened) await bus.close({ wait_ms: 0 });
  await services.close();
  await server.stop();
});

function issue(kind: 'agent' | 'key' | 'session', role?: 'orchestrator' | 'finance', org = newId('org')) {
  const subject = newId({ agent: 'agt', key: 'key', session: 'ses' }[kind]);
  const token = formatToken({ kind, org, subject, secret: newSecret() });
  known.set(token, { org, credential: { subject, kind, role } });
  return { org, subject, token };
}

async function connect(token: string, options: Partial<BursarBusOptions> = {}): Promise<BursarBus> {
  const bus = await BursarBus.connect({ url: server.url, token, answer_timeout_ms: 200, ...options });
  opened.push(bus);
  return bus;
}

/** The book of one org, as far as its callers see it. Answers what `answer` gives; undefined answers nothing. */
async function book(org: string, answer: (intent: Intent, count: number) => object | undefined): Promise<Intent[]> {
  const taken: Intent[] = [];
  services.subscribe(`intents.${org}.>`, {
    callback: (_error, message) => {
      const body = message.json<PaymentRequest>();
      const reply_to = message.headers!.get(HEADERS.reply_to);
      const intent = { subject: message.subject, body, reply_to, deadline: message.headers!.get(HEADERS.deadline) };
      taken.push(intent);
      const given = answer(intent, taken.length);
      if (given) services.publish(reply_to, JSON.stringify({ idempotency_key: body.idempotency_key, ...given }));
    },
  });
  await services.flush();
  return taken;
}

const captured = { payment_id: 'pay_1', status: 'captured' };

describe('an intent', () => {
  it("is published under the agent's own subject and resolves with its answer", async () => {
    const agent = issue('agent');
    const taken = await book(agent.org, () => captured);
    const bus = await connect(agent.token);
    const answer = await bus.publish({ payee: 'seller', amount: '0.05', capture: true, idempotency_key: 'mine' });
    expect(answer).toEqual({ idempotency_key: 'mine', ...captured });
    expect(taken).toEqual([
      {
        subject: `intents.${agent.org}.${agent.subject}`,
        body: { payee: 'seller', amount: '0.05', capture: true, idempotency_key: 'mine' },
        reply_to: expect.stringMatching(`^answers\\.${agent.org}\\.${agent.subject}\\.[A-Za-z0-9]{22}\\.1$`),
        deadline: '',
      },
    ]);
    const { state } = await (await jetstreamManager(services)).streams.info(STREAMS.intents);
    expect(state.messages).toBeGreaterThan(0);
  });

  it('of an org key names the agent in the subject, also a handle with dots, and never in the body', async () => {
    const key = issue('key', 'orchestrator');
    const taken = await book(key.org, () => captured);
    const bus = await connect(key.token);
    await bus.publish({ agent_id: '@web.search', payee: 'seller', amount: 1 }, { expires_at: 1_234 });
    expect(taken[0]).toMatchObject({ subject: `intents.${key.org}.web%2Esearch.${key.subject}`, deadline: '1234' });
    expect(taken[0]!.body).not.toHaveProperty('agent_id');
    expect(taken[0]!.body.idempotency_key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await expect(bus.publish({ payee: 'seller', amount: 1 })).rejects.toThrow(/names its agent_id/);
  });

  it("D10: is not published for another agent than the token's", async () => {
    const agent = issue('agent');
    const bus = await connect(agent.token);
    await expect(bus.publish({ agent_id: 'agt_other', payee: 'seller', amount: 1 })).rejects.toThrow(/pays for itself/);
  });

  it('is waited for no longer than its signal lets it, and is not sent again', async () => {
    const agent = issue('agent');
    const taken = await book(agent.org, () => undefined);
    const bus = await connect(agent.token, { answer_timeout_ms: 50 });
    const abort = new AbortController();
    const call = bus.publish({ payee: 'seller', amount: 1 }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(call).rejects.toThrow('enough');
    await expect(bus.publish({ payee: 'seller', amount: 1 }, { signal: abort.signal })).rejects.toThrow('enough');
    expect(bus.waiting).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(taken).toHaveLength(1);
  });

  it('C1: is sent again with the same key until an answer comes', async () => {
    const agent = issue('agent');
    const taken = await book(agent.org, (_intent, count) => (count < 3 ? undefined : captured));
    const bus = await connect(agent.token);
    expect(await bus.publish({ payee: 'seller', amount: 1 })).toMatchObject(captured);
    expect(taken).toHaveLength(3);
    expect(new Set(taken.map(({ body }) => body.idempotency_key)).size).toBe(1);
    expect(new Set(taken.map(({ reply_to }) => reply_to)).size).toBe(1);
    expect(bus.waiting).toBe(0);
  });

  it('is not repeated so soon while others are answered, since it waits in their queue', async () => {
    const agent = issue('agent');
    const taken = await book(agent.org, ({ body }) => (body.memo === 'slow' ? undefined : captured));
    const bus = await connect(agent.token);
    const others = setInterval(() => void bus.publish({ payee: 'seller', amount: 1 }), 20);
    const slow = bus.publish({ payee: 'seller', amount: 1, memo: 'slow' }, { deadline_ms: 900 });
    await expect(slow).rejects.toThrow(UnavailableError);
    clearInterval(others);
    // At 200 ms it would be if nothing were heard; then it is at 600 ms, and next at 600 + 1,200 ms.
    expect(taken.filter(({ body }) => body.memo === 'slow')).toHaveLength(2);
  });

  it('rejects after its deadline with the key to ask again with', async () => {
    const agent = issue('agent');
    await book(agent.org, () => undefined);
    const bus = await connect(agent.token);
    const intent = { payee: 'seller', amount: 1, idempotency_key: 'mine' };
    const failed = await bus.publish(intent, { deadline_ms: 300 }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UnavailableError);
    expect(failed).toMatchObject({ idempotency_key: 'mine' });
  });

  it('resolves with its decline as a value', async () => {
    const agent = issue('agent');
    await book(agent.org, () => ({ status: 'declined', decline: { code: 'lifetime_cap_exceeded' } }));
    const bus = await connect(agent.token);
    const answer = await bus.publish({ payee: 'seller', amount: 1 });
    expect(answer).toMatchObject({ status: 'declined', decline: { code: 'lifetime_cap_exceeded' } });
  });

  it('F7: is refused at once where the credential may publish none', async () => {
    const finance = issue('key', 'finance');
    const bus = await connect(finance.token).catch((error: Error) => error);
    // A finance key has no answers to hear, so it may follow the feed and nothing else.
    if (bus instanceof Error) throw bus;
    await expect(bus.publish({ agent_id: 'researcher', payee: 'seller', amount: 1 })).rejects.toMatchObject({
      code: 'role_not_allowed',
    });
  });
});

describe('many intents', () => {
  it('settle in their order, never more under way than the concurrency, and one failure stops nothing', async () => {
    const key = issue('key', 'orchestrator');
    let waiting = 0;
    let most = 0;
    services.subscribe(`intents.${key.org}.>`, {
      callback: (_error, message) => {
        const { idempotency_key, memo } = message.json<PaymentRequest>();
        most = Math.max(most, ++waiting);
        setTimeout(() => {
          waiting -= 1;
          if (memo === 'lost') return;
          services.publish(message.headers!.get(HEADERS.reply_to), JSON.stringify({ idempotency_key, ...captured }));
        }, Math.random() * 5);
      },
    });
    await services.flush();
    const bus = await connect(key.token, { answer_timeout_ms: 5_000 });
    const intents = Array.from({ length: 500 }, (_, index) => ({
      agent_id: `agent-${index % 7}`,
      payee: 'seller',
      amount: 1,
      idempotency_key: `key-${index}`,
      memo: index === 42 ? 'lost' : 'kept',
    }));
    const heard = new Set<number>();
    const results = await bus.publishMany(intents, {
      concurrency: 20,
      deadline_ms: 1_000,
      onAnswer: (_answer, index) => heard.add(index),
    });
    expect(results).toHaveLength(500);
    results.forEach((result, index) => {
      if (index === 42) expect(result.status).toBe('rejected');
      else expect(result).toMatchObject({ status: 'fulfilled', value: { idempotency_key: `key-${index}` } });
    });
    expect(most).toBeLessThanOrEqual(20);
    expect(heard.size).toBe(499);
  });

  it('take a source that makes its intents as they are wanted', async () => {
    const agent = issue('agent');
    await book(agent.org, () => captured);
    const bus = await connect(agent.token);
    async function* source() {
      for (let index = 0; index < 25; index += 1) yield { payee: 'seller', amount: index + 1 };
    }
    const results = await bus.publishMany(source(), { concurrency: 4 });
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 25 }, () => 'fulfilled'));
  });
});

describe('the feed', () => {
  const event = { type: 'payment.transferred', time: Date.UTC(2026, 0, 31), amount: '50000', token_hash: 'secret' };

  function happen(org: string, agent: string, position: string) {
    return jetstream(services).publish(subjects.event(26, org, agent, 'payment.transferred'), JSON.stringify(event), {
      msgID: position,
    });
  }

  it('brings an agent its own events, in the shape that HTTP gives them', async () => {
    const agent = issue('agent');
    const bus = await connect(agent.token);
    const heard: LogEvent[] = [];
    const following = await bus.follow(undefined, (each) => heard.push(each));
    await happen(agent.org, agent.subject, '26:7');
    await happen(agent.org, newId('agt'), '26:8');
    await until(() => heard.length > 0);
    following.stop();
    await happen(agent.org, agent.subject, '26:9');
    await pause(100);
    expect(heard).toEqual([
      {
        id: 'evt_26_7',
        position: '26:7',
        type: 'payment.transferred',
        time: '2026-01-31T00:00:00.000Z',
        event: { type: event.type, time: event.time, amount: '50000' },
      },
    ]);
  });

  it('brings an org key those of one agent, or of all', async () => {
    const key = issue('key', 'finance');
    const bus = await connect(key.token);
    const one = newId('agt');
    const heard: string[] = [];
    await bus.follow(one, ({ position }) => heard.push(`one ${position}`));
    await bus.follow(undefined, ({ position }) => heard.push(`all ${position}`));
    await happen(key.org, one, '26:17');
    await happen(key.org, newId('agt'), '26:18');
    await until(() => heard.length === 3);
    expect(heard.sort()).toEqual(['all 26:17', 'all 26:18', 'one 26:17']);
  });

  it("F7: is refused where it is another's", async () => {
    const agent = issue('agent');
    const bus = await connect(agent.token);
    await expect(bus.follow(newId('agt'), () => undefined)).rejects.toThrow(/permissions violation/i);
  });
});

describe('a connection', () => {
  it('is refused with a token that nobody has, and with a session token', async () => {
    await expect(connect('nobody')).rejects.toThrow(/authorization violation/i);
    await expect(connect(issue('session').token)).rejects.toThrow(/authorization violation/i);
  });

  it('comes back after the server was gone, and its intents are answered then', async () => {
    const agent = issue('agent');
    await book(agent.org, () => captured);
    const bus = await connect(agent.token, { answer_timeout_ms: 30_000 });
    await server.kill();
    const answer = bus.publish({ payee: 'seller', amount: 1 }, { deadline_ms: 20_000 });
    await server.restart();
    const back = performance.now();
    expect(await answer).toMatchObject(captured);
    // Not when its patience ends. The server waits 5 s where the services come back after the client.
    expect(performance.now() - back).toBeLessThan(12_000);
  });

  it('that is closed rejects what still waits', async () => {
    const agent = issue('agent');
    const bus = await connect(agent.token);
    const answer = bus.publish({ payee: 'seller', amount: 1 }).catch((error: unknown) => error);
    await bus.close({ wait_ms: 0 });
    expect(await answer).toBeInstanceOf(UnavailableError);
  });

  it('comes back soon after the server does, also where whoever verifies it comes back later', async () => {
    const agent = issue('agent');
    await book(agent.org, () => captured);
    const bus = await connect(agent.token);
    await server.kill();
    responder.stop();
    await server.restart();
    let servicesAreBack = false;
    for (; !servicesAreBack; await pause(50))
      servicesAreBack = await services
        .rtt()
        .then(() => true)
        .catch(() => false);
    // By now it has asked to come in, and nobody was there to answer.
    await pause(1_000);
    responder.start();
    const begin = performance.now();
    expect(await bus.publish({ payee: 'seller', amount: 1 })).toMatchObject(captured);
    expect(performance.now() - begin).toBeLessThan(3_000);
    const newcomer = await connect(agent.token);
    expect(await newcomer.publish({ payee: 'seller', amount: 1 })).toMatchObject(captured);
  });
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 10) {
    if (waited > 5_000) throw new Error('It did not happen within 5 s');
    await pause(10);
  }
}
