import { BursarBus, type BursarClient } from '#client';
import { partitionOf } from '#contracts';
import type { Instance } from '../support/instance.js';
import { Organizations } from '../support/organizations.js';

/** An org of its own with two agents, a budget, and its own connection. */
export interface OpenedOrganization {
  org: string;
  partition: number;
  client: BursarClient;
  bus: BursarBus;
  agents: string[];
  session_id: string;
}

export async function openOrganizations(instance: Instance, count: number): Promise<OpenedOrganization[]> {
  const organizations = await Organizations.connect(instance);
  const opened: OpenedOrganization[] = [];
  for (let from = 0; from < count; from += 20) {
    const some = Array.from({ length: Math.min(20, count - from) }, () => openOne(instance, organizations));
    opened.push(...(await Promise.all(some)));
  }
  await organizations.close();
  return opened;
}

async function openOne(instance: Instance, organizations: Organizations): Promise<OpenedOrganization> {
  const { org, token, client } = await organizations.open();
  const agents = [];
  for (const handle of ['one', 'two']) agents.push((await client.agents.create({ handle })).agent_id);
  const { session_id } = await client.sessions.open({ budget: 1_000_000 });
  const bus = await BursarBus.connect({ url: instance.natsUrl, token });
  return { org, partition: partitionOf(org), client, bus, agents, session_id };
}
