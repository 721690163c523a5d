import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browseDeadLetters, connectBus, type BusConnection } from '#bus';
import { BursarClient } from '#client';
import { HEADERS, parseToken, subjects } from '#contracts';
import { startPrivateNats, type PrivateServer } from '#testing';
import { headers } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhereStale } from '../support/build.js';
import { startInstance, type Instance } from '../support/instance.js';

let nats: PrivateServer;
let instance: Instance;
let connection: BusConnection;

beforeAll(async () => {
  buildWhereStale();
  nats = await startPrivateNats();
  instance = await startInstance({ settings: { NATS_URL: nats.url, BURSAR_NATS_SERVICE_PASSWORD: 'not asked for' } });
  connection = await connectBus({ url: nats.url, name: 'whoever' });
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await instance?.stop();
  instance?.remove();
  await nats?.stop();
});

describe('On a nats-server of one’s own that lets in whoever comes', () => {
  it('A7 D10: intents are refused and kept with the reason, since anybody could have written them; HTTP goes on', async () => {
    const client = new BursarClient({ url: instance.url, token: instance.adminKey });
    const agent = await client.agents.create({ handle: 'worker' });
    const { org, subject: credential } = parseToken(instance.adminKey);
    const answers: string[] = [];
    const reply_to = `${subjects.answersOf(org, credential)}.1`;
    connection.subscribe(reply_to, { callback: (_, message) => void answers.push(message.string()) });
    const fields = headers();
    fields.set(HEADERS.reply_to, reply_to);
    const intent = { service: 'search', amount: '0.01', capture: true, idempotency_key: 'whose' };
    connection.publish(subjects.intent(org, agent.agent_id, credential), JSON.stringify(intent), { headers: fields });

    const letters = await eventually(async () => {
      const found = await browseDeadLetters(connection, { limit: 10 });
      return found.length > 0 ? found : undefined;
    });
    expect(letters).toMatchObject([{ stream: 'INTENTS', reason: expect.stringContaining('auth_callout') }]);
    expect(answers).toEqual([]);
    await expect(client.payments.byKey('whose', 'worker')).rejects.toMatchObject({ code: 'payment_not_found' });
    expect(await client.payments.authorize({ ...intent, agent_id: 'worker' })).toMatchObject({ status: 'captured' });
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd: 0.01 });
  });

  it('the services say why, and what to do', () => {
    const log = readFileSync(join(instance.dataDirectory, 'logs', 'gateway.log'), 'utf8');
    expect(log).toContain('payment intents are refused');
    expect(log).toContain('deploy/nats/bursar.conf');
  });
});

async function eventually<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not happen within 10 s');
}
