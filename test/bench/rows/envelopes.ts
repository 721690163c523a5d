import { BursarBus, BursarClient, type EnvelopeAnswer, type EnvelopeRequest } from '#client';
import type { Instance } from '../../support/instance.js';
import { mismatches } from '../load.js';
import { busiest, processorTimes, shares } from '../processes.js';
import { median, type Row } from '../report.js';
import { registerAgents } from './bus.js';

const AGENTS = 50;
const IN_FLIGHT = 500;

interface Stretch {
  per_second: number;
  failed: number;
  shares: Record<string, number>;
}

/** x402 envelopes published on the bus: first so many challenges are resolved, then their tokens are settled. */
export async function envelopeRows(instance: Instance, runs: number, envelopes: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents = await registerAgents(client, 'envelope', AGENTS);
  const bus = await BursarBus.connect({ url: instance.natsUrl, token: instance.adminKey, answer_timeout_ms: 60_000 });
  const found: Record<'resolve' | 'settle', Stretch[]> = { resolve: [], settle: [] };
  try {
    await resolveAndSettle(instance, bus, agents, Math.min(2_000, envelopes)); // warm
    for (let run = 0; run < runs; run++) {
      const { resolve, settle } = await resolveAndSettle(instance, bus, agents, envelopes);
      found.resolve.push(resolve);
      found.settle.push(settle);
    }
  } finally {
    await bus.close();
  }
  const wrong = await mismatches(instance);
  return (['resolve', 'settle'] as const).map((call) => {
    const stretches = found[call];
    const failed = stretches.reduce((sum, stretch) => sum + stretch.failed, 0);
    const rates = stretches.map((stretch) => stretch.per_second);
    return {
      name: `x402 envelopes on the bus: ${call}`,
      runs: rates,
      unit: 'envelopes/s',
      target: '≥ 3,000/s',
      reached: median(rates) >= 3_000 && failed === 0,
      limit: busiest(stretches.at(-1)!.shares),
      conditions: `${envelopes} a run, ${IN_FLIGHT} in flight on one connection, ${AGENTS} agents; ${failed} failed`,
      mismatches: wrong,
      details: { shares_of_a_core: stretches.map((stretch) => stretch.shares) },
    };
  });
}

async function resolveAndSettle(instance: Instance, bus: BursarBus, agents: readonly string[], count: number) {
  const requirementsOf = (index: number) => ({
    scheme: 'exact',
    network: 'ledger:main',
    amount: '1000',
    asset: 'USD',
    payTo: agents[(index + 1) % AGENTS]!,
    maxTimeoutSeconds: 600,
  });
  const resource = { url: 'https://example.com/report' };
  const tokens: unknown[] = [];
  const resolve = await stretch(instance, bus, count, (index) => ({
    call: 'x402.resolve',
    agent_id: agents[index % AGENTS]!,
    body: { challenge: { x402Version: 2, resource, accepts: [requirementsOf(index)] } },
    isDone: (answer) => (tokens[index] = answer['payment_payload']) !== undefined,
  }));
  const settle = await stretch(instance, bus, count, (index) => ({
    call: 'x402.settle',
    agent_id: agents[(index + 1) % AGENTS]!,
    body: { x402Version: 2, paymentPayload: tokens[index], paymentRequirements: requirementsOf(index) },
    isDone: (answer) => answer['success'] === true,
  }));
  return { resolve, settle };
}

type Asked = EnvelopeRequest & { isDone: (answer: Record<string, unknown>) => boolean };

async function stretch(
  instance: Instance,
  bus: BursarBus,
  count: number,
  envelope: (index: number) => Asked,
): Promise<Stretch> {
  let next = 0;
  let failed = 0;
  const before = processorTimes(instance.process.pid);
  const begin = performance.now();
  const work = async (): Promise<void> => {
    while (next < count) {
      const { isDone, ...asked } = envelope(next++);
      const answered: EnvelopeAnswer = await bus.publishEnvelope(asked);
      if (answered.outcome !== 'ok' || !isDone(answered.answer)) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  const elapsed_ms = performance.now() - begin;
  return {
    per_second: count / (elapsed_ms / 1000),
    failed,
    shares: shares(before, processorTimes(instance.process.pid), elapsed_ms),
  };
}
