import { BursarBus, BursarClient, type Limit } from '#client';
import type { Instance } from '../../support/instance.js';
import { mismatches, publishAndSee, seenInReports, type Publisher, type Stretch } from '../load.js';
import { openOrganizations, type OpenedOrganization } from '../organizations.js';
import { busiest } from '../processes.js';
import type { IntentPublisher } from '../services-bus.js';
import { median, type Row } from '../report.js';

const AGENTS = 50;
const STEPS = ['plan', 'search', 'read', 'write', 'check'];
const IN_FLIGHT = 3_000;

export interface BusRowsOptions {
  runs: number;
  payments: number;
  yardstick_per_second: number;
}

/** Intents published → captured → visible in the projection: one root budget, a thousand budgets, a thousand orgs. */
export async function busRows(instance: Instance, options: BusRowsOptions): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const bus = await BursarBus.connect({ url: instance.natsUrl, token: instance.adminKey });
  const agents = await registerAgents(client, 'bus', AGENTS);
  const limited = await registerAgents(client, 'limited', AGENTS, TEN_LIMITS);
  const root = await client.sessions.open({ budget: 1_000_000, label: 'bench' });
  const roots = await openSessions(client, 1_000);
  const organizations = await openOrganizations(instance, 1_000);
  try {
    const hot = [publisher(bus, agents, () => root.session_id)];
    const ten = [publisher(bus, limited, () => root.session_id)];
    const many = [publisher(bus, agents, (index) => roots[index % roots.length]!)];
    const apart = organizations.all.map((one) => publisher(one.bus, one.agents, () => one.session_id));
    await stretch(instance, hot, options.payments / 2, client); // warm
    const found = { hot: [] as Stretch[], ten: [] as Stretch[], many: [] as Stretch[], apart: [] as Stretch[] };
    // Interleaved, so that what the machine does beside concerns all of them.
    for (let run = 0; run < options.runs; run++) {
      found.hot.push(await stretch(instance, hot, options.payments, client));
      found.ten.push(await stretch(instance, ten, options.payments, client));
      found.many.push(await stretch(instance, many, options.payments, client));
      found.apart.push(await stretch(instance, apart, options.payments, undefined, organizations.all));
    }
    const wrong = await mismatches(instance);
    return rowsOf(found, options, wrong);
  } finally {
    await bus.close();
    await organizations.close();
  }
}

function rowsOf(
  found: Readonly<Record<'hot' | 'ten' | 'many' | 'apart', readonly Stretch[]>>,
  { payments, yardstick_per_second }: BusRowsOptions,
  wrong: number,
): Row[] {
  const rate = (stretches: readonly Stretch[]): number[] => stretches.map((one) => one.per_second);
  const hot = median(rate(found.hot));
  const row = (name: string, stretches: readonly Stretch[], target: string, least: number, what: string): Row => ({
    name,
    runs: rate(stretches),
    unit: 'payments/s',
    target,
    reached: median(rate(stretches)) >= least,
    limit: busiest(stretches.at(-1)!.shares),
    conditions: `${what}; ${payments.toLocaleString('en')} payments a run, ${IN_FLIGHT.toLocaleString('en')} in flight, published one by one, until visible in reports`,
    mismatches: wrong,
    details: {
      answered_per_second: stretches.map((one) => one.answered_per_second),
      shares_of_a_core: stretches.map((one) => one.shares),
      declined: stretches.reduce((sum, one) => sum + one.declined, 0),
    },
  });
  return [
    row(
      'bus to books, one root budget',
      found.hot,
      '≥ 2 × yardstick',
      2 * yardstick_per_second,
      `${AGENTS} agents under one budget`,
    ),
    row(
      'bus to books, ten limits an agent',
      found.ten,
      'within 10 % of the hot one',
      0.9 * hot,
      `${AGENTS} agents with ten limits each under one budget`,
    ),
    row(
      'bus to books, 1,000 budgets',
      found.many,
      'within 10 % of the hot one',
      0.9 * hot,
      '1,000 independent budgets of one org',
    ),
    row(
      'bus to books, 1,000 orgs',
      found.apart,
      'within 30 % of the hot one',
      0.7 * hot,
      '1,000 orgs, published by one connection',
    ),
  ];
}

async function stretch(
  instance: Instance,
  publishers: readonly Publisher[],
  payments: number,
  client: BursarClient | undefined,
  organizations: readonly OpenedOrganization[] = [],
): Promise<Stretch> {
  return publishAndSee(instance, publishers, payments, IN_FLIGHT, async (positions) => {
    if (client) return seenInReports(client, Math.max(...positions.values()));
    const clients = new Map(organizations.map((one) => [one.partition, one.client]));
    const seen = ([partition, position]: [number, number]): Promise<void> =>
      seenInReports(clients.get(partition)!, position);
    // A look takes in all partitions. To ask for all of them every 10 ms would be 6,400 reports a second, which the views wait for.
    const [first, ...others] = positions;
    if (first) await seen(first);
    // All at once: one after the other, the asking would be a tenth of what is measured.
    await Promise.all(others.map(seen));
  });
}

/** With the daily cap ten: per payment, calendar and rolling windows, lifetime, held and a count. */
export const TEN_LIMITS: readonly Limit[] = [
  { of: 'amount', per: 'payment', max: 1_000 },
  { of: 'amount', per: 'minute', max: 1_000_000 },
  { of: 'amount', per: 'hour', max: 1_000_000 },
  { of: 'amount', per: 'week', max: 1_000_000, time_zone: 'Europe/Berlin' },
  { of: 'amount', per: 'month', max: 1_000_000, time_zone: 'America/New_York' },
  { of: 'amount', per: { rolling_seconds: 3_600 }, max: 1_000_000 },
  { of: 'amount', per: 'lifetime', max: 1_000_000 },
  { of: 'held', per: 'lifetime', max: 1_000_000 },
  { of: 'count', per: 'day', max: 1_000_000 },
];

export async function registerAgents(
  client: BursarClient,
  prefix: string,
  count: number,
  limits: readonly Limit[] = [],
): Promise<string[]> {
  const agents = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.agents.create({ handle: `${prefix}-${index}`, daily_cap: 1_000_000, limits }),
    ),
  );
  return agents.map((agent) => agent.agent_id);
}

async function openSessions(client: BursarClient, count: number): Promise<string[]> {
  const sessions: string[] = [];
  for (let from = 0; from < count; from += 100)
    sessions.push(
      ...(await Promise.all(Array.from({ length: 100 }, () => client.sessions.open({ budget: 1_000_000 })))).map(
        (session) => session.session_id,
      ),
    );
  return sessions;
}

function publisher(bus: IntentPublisher, agents: readonly string[], session: (index: number) => string): Publisher {
  return {
    bus,
    intent: (index) => ({
      agent_id: agents[index % agents.length]!,
      payee: agents[(index + 1) % agents.length]!,
      amount: '0.001',
      capture: true,
      session_id: session(index),
      labels: { step: STEPS[index % STEPS.length]! },
    }),
  };
}
