import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { clientInboxPrefix } from '#bus';
import { subjects } from '#contracts';
import { tokenHash } from '#security';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** An org in which every kind of secret was made and used, rightly and wrongly. */
async function usedSecrets() {
  const { org, client, token, key_id } = await world.organizations.open();
  const feed: string[] = [];
  const listener = await connect({
    servers: world.instance.natsUrl,
    token,
    inboxPrefix: clientInboxPrefix(org, key_id),
  });
  listener.subscribe(subjects.feedOfOrg(org), { callback: (_, message) => void feed.push(message.string()) });
  await listener.flush();

  const agent = await client.agents.create({ handle: 'worker' }, { idempotency_key: 'registration' });
  const session = await client.sessions.open({ budget: '1.00', agent_id: 'worker' }, { idempotency_key: 'opening' });
  const key = await client.keys.issue({ role: 'orchestrator', name: 'second' }, { idempotency_key: 'issue' });
  const rotated = (await client.agents.rotateToken('worker', {})) as unknown as { token: string };
  const secrets = [token, agent.token!, session.session_token!, key.token!, rotated.token];
  for (const secret of secrets.slice(1)) {
    await world
      .client(secret)
      .payments.authorize({ service: 'search', amount: '0.01' })
      .catch(() => undefined);
    if (secret !== session.session_token)
      await (await world.bus(secret)).publish({ agent_id: agent.agent_id, service: 's', amount: '0.01' });
    // Wrong in ways that make somebody complain: a broken body, and a token with one more character.
    await world.call('POST', '/v1/payments', { token: secret, body: '{"amount":' });
    await world.call('GET', '/v1/wallets', { token: `${secret}x` });
    await connect({ servers: world.instance.natsUrl, token: `${secret}x`, reconnect: false }).catch(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  await listener.close();
  return { client, token, agent, session, key, secrets, feed };
}

let used: Awaited<ReturnType<typeof usedSecrets>>;
beforeAll(async () => void (used = await usedSecrets()), 60_000);

describe('F4: a secret', () => {
  it('is in no answer but the one that made it', async () => {
    const { agent, session, token } = used;
    const paths = [
      `/v1/agents/${agent.agent_id}`,
      `/v1/agents/${agent.agent_id}/spend`,
      `/v1/sessions/${session.session_id}`,
      '/v1/payments',
      '/v1/wallets',
      '/v1/events',
      '/v1/reports/spend?group_by=agent',
      '/v1/integrity',
      '/metrics',
      '/health/ready',
      '/openapi.json',
    ];
    for (const path of paths) {
      const { status, text } = await world.call('GET', path, { token });
      expect([path, status]).toEqual([path, status === 202 ? 202 : 200]);
      for (const secret of used.secrets) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(tokenHash(secret));
      }
    }
  });

  it('is not shown again where its key is repeated', async () => {
    const { client, agent, session, key } = used;
    const registration = await client.agents.create({ handle: 'worker' }, { idempotency_key: 'registration' });
    expect(registration).toEqual({ ...agent, token: undefined });
    const opening = await client.sessions.open({ budget: '1.00', agent_id: 'worker' }, { idempotency_key: 'opening' });
    expect(opening).toEqual({ ...session, session_token: undefined });
    const issue = await client.keys.issue({ role: 'orchestrator', name: 'second' }, { idempotency_key: 'issue' });
    expect(issue).toEqual({ ...key, token: undefined });
  });

  it('is on no feed of the bus', () => {
    expect(used.feed.length).toBeGreaterThan(5);
    for (const text of used.feed) for (const secret of used.secrets) expect(text).not.toContain(secret);
  });

  it('is in no file: no log of a service or server, no page of the database, no stream', () => {
    const { dataDirectory } = world.instance;
    const files = filesOf(dataDirectory);
    for (const name of ['logs/gateway.log', 'postgres/postgres.log'])
      expect(files.map((file) => relative(dataDirectory, file))).toContain(name);
    expect(readFileSync(join(dataDirectory, 'logs/gateway.log'), 'utf8')).toContain('Refused on the bus');
    const found = files.flatMap((file) => {
      const bytes = readOrNothing(file);
      // The part that is secret, so that no shorter writing of it passes.
      return used.secrets
        .filter((secret) => bytes.includes(secret.split('.').at(-1)!))
        .map(() => relative(dataDirectory, file));
    });
    expect(found).toEqual([]);
  }, 60_000);
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files of the servers come and go. */
function readOrNothing(file: string): Buffer {
  try {
    return statSync(file).size > 256 * 1024 * 1024 ? Buffer.alloc(0) : readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
