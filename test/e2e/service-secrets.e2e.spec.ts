import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort } from '#embedded';
import { PostgresLogStore } from '#event-log';
import { Provider } from '#testing';
import { partitionOf } from '#contracts';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pidOf } from '../crash/kills.js';
import { EndToEnd } from '../support/end-to-end.js';
import { startInstance, type Instance } from '../support/instance.js';
import type { Organization } from '../support/organizations.js';
import { ownText, PaidServices } from '../support/paid-services.js';
import { buildWhereStale } from '../support/build.js';

let provider: Provider;
let folder: string;
let instance: Instance;
let world: EndToEnd;
let org: Organization;
let services: PaidServices;

/** No text of Bursar's has them in it. */
const secret = (): string => `sk-${randomBytes(18).toString('hex')}`;
const DEPLOYMENT = secret();
const given: string[] = [DEPLOYMENT];

function definition(name: string): object {
  return {
    name,
    title: name,
    category: 'test',
    call: { method: 'POST', url: `${provider.url}/ask`, body: { json: { text: '{payload.text}' } } },
    payload: { text: { type: 'string', required: true } },
    secret: { placed: 'header', name: 'Authorization', prefix: 'Bearer ' },
    price: { kind: 'flat', amount: '0.02' },
    timeout_seconds: 8,
    retries: 0,
    max_credits_recommended: '0.05',
  };
}

beforeAll(async () => {
  buildWhereStale();
  // Tells the secret again in body and header, as careless providers do.
  provider = await Provider.start(({ headers, body }) => {
    const told = String(headers.authorization);
    const status = body.includes('wrong-key') ? 401 : 200;
    return { status, headers: { 'x-key': told }, body: JSON.stringify({ answer: '42', told, twice: { told } }) };
  });
  folder = mkdtempSync(join(tmpdir(), 'bursar-services-'));
  mkdirSync(join(folder, 'services'));
  writeFileSync(join(folder, 'services/shared.json'), JSON.stringify(definition('shared')));
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ shared: DEPLOYMENT }));
  instance = await startInstance({
    settings: {
      // A gateway that was killed is there again where it was.
      BURSAR_PORT: String(await findFreePort()),
      BURSAR_UPSTREAM_ORIGINS: provider.url,
      BURSAR_SERVICES_DIR: join(folder, 'services'),
      BURSAR_SERVICE_SECRETS_FILE: join(folder, 'secrets.json'),
      BURSAR_LOG_LEVEL: 'trace',
    },
  });
  world = await EndToEnd.begin(instance);
  org = await world.organizations.open();
  await org.client.agents.create({ handle: 'default' });
  services = new PaidServices(world, org.token);
}, 180_000);
afterAll(async () => {
  await world?.end();
  await instance?.stop();
  instance?.remove();
  await provider?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Every answer that anybody had. */
const answers: string[] = [];

async function call(method: string, path: string, body?: object, token = org.token) {
  const answer = await world.call(method, path, { token, ...(body === undefined ? {} : { body }) });
  answers.push(answer.text);
  return answer;
}

async function pay(service: string, text: string, token = org.token) {
  const answer = await new PaidServices(world, token).pay({ service, payload: { text } });
  answers.push(answer.text);
  return answer;
}

function shownAt(text: string): string | undefined {
  return provider.of(text).at(-1)?.headers.authorization;
}

async function keep(service: string): Promise<string> {
  const kept = secret();
  given.push(kept);
  expect((await call('PUT', `/v1/services/${service}/secret`, { secret: kept })).status).toBe(200);
  return kept;
}

describe('The secret of a paid service', () => {
  it('F4: is used once it is set, replaced at once, and used no more once it is removed', async () => {
    expect((await call('PUT', '/v1/services/own', definition('own'))).json).toMatchObject({ mode: 'needs_secret' });
    expect((await pay('own', ownText())).json['code']).toBe('service_secret_missing');
    for (let time = 0; time < 2; time += 1) {
      const [kept, text] = [await keep('own'), ownText()];
      const { status, json } = await pay('own', text);
      expect([status, json['answer'], json['told']]).toEqual([200, '42', 'Bearer ***']);
      expect(shownAt(text)).toBe(`Bearer ${kept}`);
    }
    const refused = await pay('own', ownText('wrong-key'));
    expect([refused.status, refused.json['code']]).toEqual([502, 'upstream_refused']);
    expect((await call('DELETE', '/v1/services/own/secret')).status).toBe(200);
    expect((await call('DELETE', '/v1/services/own/secret')).status).toBeGreaterThanOrEqual(400);
    const text = ownText();
    expect((await pay('own', text)).json['code']).toBe('service_secret_missing');
    expect(provider.asked(text)).toBe(0);
  });

  it('F4: of the deployment serves an org that has none, and gives way to the org’s own', async () => {
    const first = ownText();
    await pay('shared', first);
    expect(shownAt(first)).toBe(`Bearer ${DEPLOYMENT}`);
    const [kept, second] = [await keep('shared'), ownText()];
    await pay('shared', second);
    expect(shownAt(second)).toBe(`Bearer ${kept}`);
  });

  it('F4: of the deployment goes nowhere that an org’s own definition says', async () => {
    const other = await world.organizations.open();
    await other.client.agents.create({ handle: 'default' });
    await call('PUT', '/v1/services/shared', definition('shared'), other.token);
    const text = ownText();
    expect((await pay('shared', text, other.token)).json['code']).toBe('service_secret_missing');
    expect(provider.asked(text)).toBe(0);
  });

  it('F7: and the services and calls of an org are not there for another', async () => {
    await keep('own');
    const text = ownText();
    const paid = await pay('own', text);
    const other = await world.organizations.open();
    await other.client.agents.create({ handle: 'default' });
    const list = await call('GET', '/v1/services', undefined, other.token);
    expect(list.text).not.toContain('"own"');
    for (const [method, path, body] of [
      ['GET', '/v1/services/own'],
      ['DELETE', '/v1/services/own'],
      ['PUT', '/v1/services/own/secret', { secret: 'sk-of-another' }],
      ['DELETE', '/v1/services/own/secret'],
      ['GET', `/v1/receipts/${String(paid.json['receipt_id'])}`],
    ] as const)
      expect([path, (await call(method, path, body, other.token)).status]).toEqual([path, 404]);
    expect((await pay('own', ownText(), other.token)).json['code']).toBe('service_not_found');
    expect((await call('GET', '/v1/services/own')).json).toMatchObject({ mode: 'live' });
  });

  it('F4: is set by an admin key of the org only', async () => {
    const agent = await org.client.agents.create({ handle: 'worker' });
    const key = await org.client.keys.issue({ role: 'operator', name: 'operator' });
    for (const token of [agent.token!, key.token!]) {
      expect((await call('PUT', '/v1/services/own/secret', { secret: 'sk-of-a-thief' }, token)).status).toBe(403);
      expect((await call('PUT', '/v1/services/own', definition('own'), token)).status).toBe(403);
    }
  });

  it('G4: is sent nowhere inside: a definition that names an address there is refused', async () => {
    for (const url of ['http://127.0.0.1:1/', 'https://169.254.169.254/', 'https://[::1]/', `${provider.url}0/`]) {
      const inside = { ...definition('inside'), call: { method: 'GET', url } };
      expect([url, (await call('PUT', '/v1/services/inside', inside)).status]).toEqual([url, 422]);
    }
  });

  it('F4: is in no answer, no log, no event, and in no file that it was not given in', async () => {
    await call('GET', '/v1/services');
    await call('GET', '/v1/services/own');
    await call('GET', '/v1/events');
    expect(given.length).toBeGreaterThan(4);
    for (const one of given) expect(answers.filter((answer) => answer.includes(one))).toEqual([]);
    const log = await PostgresLogStore.open({ url: instance.databaseUrl, role: 'bursar_reader' });
    const partition = partitionOf(org.org);
    const { position } = await log.head(partition);
    const events = (await log.read(partition, 0, position)).map(({ payload }) => payload.toString('utf8'));
    await log.close();
    expect(events.length).toBeGreaterThan(5);
    for (const one of given) expect(events.filter((event) => event.includes(one))).toEqual([]);
    const files = filesOf(instance.dataDirectory);
    expect(files.map(({ name }) => name)).toContain('logs/gateway.log');
    const found = files.filter(({ bytes }) => given.some((one) => bytes.includes(one.slice(3))));
    expect(found.map(({ name }) => name)).toEqual([]);
  }, 120_000);
});

describe('A gateway that is killed in the middle of a paid call', () => {
  /** Kills the process that answers settlement’s calls too, and waits until it is there again. */
  async function killWhenAsked(text: string): Promise<void> {
    await until(async () => (await services.asked(text)) > 0);
    process.kill(pidOf(instance, 'gateway')!, 'SIGKILL');
    await until(async () => (await fetch(`${instance.url}/health/ready`).catch(() => undefined))?.ok === true);
  }

  it('C3: never calls again what nobody knows the outcome of; the key says so', async () => {
    const text = ownText('sandbox:delay_ms=3000');
    const body = { service: 'perplexity', payload: { query: text }, deadline_ms: 4_000 };
    const left = services.pay(body, text).catch(() => undefined);
    await killWhenAsked(text);
    await left;
    const again = await services.pay(body, text);
    expect([again.status, again.json['code']]).toEqual([503, 'payment_outcome_unknown']);
    expect(await services.asked(text)).toBe(1);
    expect((await org.client.agents.spend('default')).held_usd).toBe(0.05);
    await org.client.payments.resolve(String(again.json['payment_id']), { outcome: 'voided' });
    expect((await org.client.agents.spend('default')).held_usd).toBe(0);
  });

  it('C1: asks a service that knows keys once more under the same one: it does nothing twice, and is captured', async () => {
    const text = ownText('sandbox:delay_ms=2000');
    const body = {
      service: 'resend',
      payload: { from: 'a@example.com', to: 'b@example.com', subject: 'Hello', text },
      deadline_ms: 1_000,
    };
    const left = services.pay(body, text).catch(() => undefined);
    await killWhenAsked(text);
    await left;
    // The time for which the process that is gone would have seen to it is 1 s, the timeout of 15 s and a grace of 30 s.
    await until(async () => (await org.client.agents.spend('default')).held_usd === 0, 90_000);
    const again = await services.pay(body, text);
    expect(again).toMatchObject({ status: 200, json: { receipt: { status: 'captured' } } });
    expect(await services.asked(text)).toBe(1);
  }, 120_000);
});

describe('A start with a definition or a secret that is wrong', () => {
  it.each([
    ['definition', 'BURSAR_SERVICES_DIR', 'wrong/a.json', '{\n"name": "A"\n}', /a\.json line 2: name must be/],
    [
      'file of secrets',
      'BURSAR_SERVICE_SECRETS_FILE',
      'wrong.json',
      '{"none": "sk-hidden"}',
      /none is no service of this deployment/,
    ],
  ])(
    'A9: ends, and says what is wrong with the %s',
    async (_what, setting, file, text, message) => {
      mkdirSync(join(folder, 'wrong'), { recursive: true });
      writeFileSync(join(folder, file), text);
      const path = setting === 'BURSAR_SERVICES_DIR' ? join(folder, 'wrong') : join(folder, file);
      const start = startInstance({ settings: { [setting]: path } });
      const failed = await start.then(
        async (started) => {
          await started.stop();
          started.remove();
          return 'it has started';
        },
        (error: Error) => error.message,
      );
      expect(failed).toMatch(message);
      expect(failed).not.toContain('sk-hidden');
    },
    90_000,
  );
});

async function until(holds: () => Promise<boolean>, patience_ms = 30_000): Promise<void> {
  for (const end = Date.now() + patience_ms; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It does not come to hold');
}

function filesOf(root: string): { name: string; bytes: Buffer }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ name: relative(root, file), bytes: readOrNothing(file) }));
}

/** A server may have removed it meanwhile. */
function readOrNothing(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
