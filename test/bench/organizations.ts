import type { BursarClient } from '#client';
import { partitionOf } from '#contracts';
import type { Instance } from '../support/instance.js';
import { Organizations } from '../support/organizations.js';
import { ServicesBus, type IntentPublisher } from './services-bus.js';

/** An org of its own with two agents and a budget. */
export interface OpenedOrganization {
  org: string;
  partition: number;
  client: BursarClient;
  bus: IntentPublisher;
  agents: string[];
  session_id: string;
}

export interface OpenedOrganizations {
  all: readonly OpenedOrganization[];
  close(): Promise<void>;
}

export async function openOrganizations(instance: Instance, count: number): Promise<OpenedOrganizations> {
  const organizations = await Organizations.connect(instance);
  const bus = new ServicesBus(organizations.connection);
  const all: OpenedOrganization[] = [];
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, () => openOne(organizations, bus));
    all.push(...(await Promise.all(some)));
  }
  return { all, close: () => organizations.close() };
}

async function openOne(organizations: Organizations, bus: ServicesBus): Promise<OpenedOrganization> {
  const { org, key_id, client } = await organizations.open();
  const registered = await Promise.all(['one', 'two'].map((handle) => client.agents.create({ handle })));
  const { session_id } = await client.sessions.open({ budget: 1_000_000 });
  const agents = registered.map((agent) => agent.agent_id);
  return { org, partition: partitionOf(org), client, bus: bus.of(org, key_id), agents, session_id };
}
