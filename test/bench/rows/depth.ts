import { BursarBus, BursarClient } from '#client';
import type { Instance } from '../../support/instance.js';
import { mismatches, publishAndSee, seenInReports } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';
import { registerAgents } from './bus.js';

const DEPTHS = [1, 8, 32] as const;
const IN_FLIGHT = 1_000;

/** What nesting costs: payments in a session at depth 1, 8 and 32. */
export async function depthRows(instance: Instance, runs: number, payments: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const bus = await BursarBus.connect({ url: instance.natsUrl, token: instance.adminKey });
  try {
    const agents = await registerAgents(client, 'depth', 50);
    const rates = new Map<number, number[]>(DEPTHS.map((depth) => [depth, []]));
    const leaves = new Map<number, string>();
    for (const depth of DEPTHS) leaves.set(depth, await nested(client, depth));
    let limit = '';
    for (let run = 0; run <= runs; run++)
      for (const depth of DEPTHS) {
        const intent = (index: number) => ({
          agent_id: agents[index % agents.length]!,
          payee: agents[(index + 1) % agents.length]!,
          amount: '0.001',
          capture: true,
          session_id: leaves.get(depth)!,
        });
        const stretch = await publishAndSee(instance, [{ bus, intent }], payments, IN_FLIGHT, (positions) =>
          seenInReports(client, Math.max(...positions.values())),
        );
        // The first round warms up.
        if (run > 0) rates.get(depth)!.push(stretch.per_second);
        limit = busiest(stretch.shares);
      }
    const wrong = await mismatches(instance);
    const first = median(rates.get(1)!);
    return DEPTHS.map((depth) => ({
      name: `session depth ${depth}`,
      runs: rates.get(depth)!,
      unit: 'payments/s',
      ...(depth === 32 ? { target: 'costs ≤ 1.5 × depth 1', reached: median(rates.get(32)!) >= first / 1.5 } : {}),
      limit,
      conditions: `${payments.toLocaleString('en')} payments a run over the bus, 50 agents, until visible in reports`,
      mismatches: wrong,
    }));
  } finally {
    await bus.close();
  }
}

async function nested(client: BursarClient, depth: number): Promise<string> {
  let parent: string | undefined;
  for (let level = 0; level < depth; level++) {
    const below: { parent_session_id?: string } = parent === undefined ? {} : { parent_session_id: parent };
    parent = (await client.sessions.open({ budget: 1_000_000, ...below })).session_id;
  }
  return parent!;
}
