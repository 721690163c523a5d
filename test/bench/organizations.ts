import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, OwnerClient } from '#bus';
import { BursarBus, BursarClient } from '#client';
import { partitionOf } from '#contracts';
import { freshId, formatToken, newSecret, tokenHash } from '#security';
import type { Instance } from '../support/instance.js';

/** An org of its own with two agents, a budget, and its own connection. */
export interface OpenedOrganization {
  org: string;
  partition: number;
  client: BursarClient;
  bus: BursarBus;
  agents: string[];
  session_id: string;
}

/** Opens orgs as the services do, by the services' own connection; everything after that by each org's own key. */
export async function openOrganizations(instance: Instance, count: number): Promise<OpenedOrganization[]> {
  const { natsServicePassword } = JSON.parse(readFileSync(join(instance.dataDirectory, 'secrets.json'), 'utf8')) as {
    natsServicePassword: string;
  };
  const connection = await connectBus({
    url: instance.natsUrl,
    credentials: { user: 'bursar-service', password: natsServicePassword },
    name: 'bench',
  });
  const owners = new OwnerClient(connection);
  const opened: OpenedOrganization[] = [];
  for (let from = 0; from < count; from += 20)
    opened.push(...(await Promise.all(Array.from({ length: Math.min(20, count - from) }, () => openOne(instance, owners)))));
  owners.close();
  await connection.close();
  return opened;
}

async function openOne(instance: Instance, owners: OwnerClient): Promise<OpenedOrganization> {
  const org = `org_${freshId()}`;
  const key_id = `key_${freshId()}`;
  const token = formatToken({ kind: 'key', org, subject: key_id, secret: newSecret() });
  const answer = await owners.send(org, {
    type: 'organization.create',
    org,
    credential: { subject: 'owner', proven_by: 'owner' },
    fresh_id: freshId(),
    name: 'bench',
    default_asset: 'USD',
    first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
    admin_key: { key_id, token_hash: tokenHash(token) },
    initial_amount: 1_000_000_000_000n,
  });
  if (answer.kind !== 'recorded') throw new Error(`an org cannot be opened: ${JSON.stringify(answer)}`);
  const client = new BursarClient({ url: instance.url, token });
  const agents = [];
  for (const handle of ['one', 'two']) agents.push((await client.agents.create({ handle })).agent_id);
  const { session_id } = await client.sessions.open({ budget: 1_000_000 });
  const bus = await BursarBus.connect({ url: instance.natsUrl, token });
  return { org, partition: partitionOf(org), client, bus, agents, session_id };
}
