import { BursarClient, type Limit } from '#client';
import type { Instance } from '../../support/instance.js';
import { loadHttp, type HttpRun } from '../load-http.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';
import { registerAgents, TEN_LIMITS } from './bus.js';

const AGENTS = 50;
const CONNECTIONS = [1, 50, 200];

/** With the daily cap three. */
const THREE_LIMITS: readonly Limit[] = [
  { of: 'amount', per: 'payment', max: 1_000 },
  { of: 'amount', per: 'lifetime', max: 1_000_000 },
];

/** Dry runs and payments of one shape over the same connections, by turns. */
interface Pair {
  dry: HttpRun[];
  paid: HttpRun[];
}

/**
 * What a dry run costs beside the payment that it is about: the same bodies are asked and paid by turns, so that what the
 * machine does beside concerns both, and each turn is compared with its own neighbour.
 */
export async function dryRunRows(instance: Instance, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const { session_id } = await client.sessions.open({ budget: 1_000_000 });
  const rows: Row[] = [];
  for (const [name, limits] of [
    ['three', THREE_LIMITS],
    ['ten', TEN_LIMITS],
  ] as const) {
    const agents = await registerAgents(client, `dry-${name}`, AGENTS, limits);
    const bodies = agents.map((agent_id, index) =>
      JSON.stringify({ agent_id, payee: agents[(index + 1) % AGENTS], amount: '0.001', capture: true, session_id }),
    );
    const pairs = await byTurns(instance, bodies, runs, seconds);
    const wrong = await mismatches(instance);
    for (const [connections, pair] of pairs)
      rows.push(...rowsOf(`${connections}, ${name} limits`, pair, seconds, wrong));
  }
  return rows;
}

async function byTurns(
  instance: Instance,
  bodies: readonly string[],
  runs: number,
  seconds: number,
): Promise<Map<number, Pair>> {
  const dry = (connections: number) => loadHttp(instance, '/v1/decisions', bodies, connections, seconds);
  const paid = (connections: number) => loadHttp(instance, '/v1/payments', bodies, connections, seconds);
  await dry(50); // warm
  await paid(50);
  const pairs = new Map<number, Pair>(CONNECTIONS.map((connections) => [connections, { dry: [], paid: [] }]));
  for (let run = 0; run < runs; run++)
    for (const [connections, pair] of pairs) {
      pair.paid.push(await paid(connections));
      pair.dry.push(await dry(connections));
    }
  return pairs;
}

function rowsOf(name: string, { dry, paid }: Pair, seconds: number, wrong: number): Row[] {
  const failed = [...dry, ...paid].reduce((sum, run) => sum + run.failed, 0);
  const row = (
    what: string,
    of: (run: HttpRun) => number,
    target: string,
    reached: (ratio: number) => boolean,
  ): Row => {
    const ratios = dry.map((run, index) => of(run) / of(paid[index]!));
    const medians = `${shown(median(dry.map(of)))} dry, ${shown(median(paid.map(of)))} paid`;
    return {
      name: `HTTP dry run / payment, ${name}: ${what}`,
      runs: ratios,
      unit: '×',
      target,
      reached: reached(median(ratios)) && failed === 0,
      limit: busiest(dry.at(-1)!.shares),
      conditions: `${medians}; ${AGENTS} agents, one budget, by turns, ${seconds} s each; ${failed} not 2xx`,
      mismatches: wrong,
      details: { dry, paid },
    };
  };
  return [
    row(
      'rate',
      (run) => run.per_second,
      '≥ 1',
      (ratio) => ratio >= 1,
    ),
    // What it costs, whichever of the processes is the bottleneck.
    row(
      'processor time',
      ({ shares, per_second }) => Object.values(shares).reduce((sum, share) => sum + share, 0) / per_second,
      '≤ 1',
      (ratio) => ratio <= 1,
    ),
    row(
      'p99 ms',
      (run) => run.p99_ms,
      '≤ 1',
      (ratio) => ratio <= 1,
    ),
  ];
}

function shown(figure: number): string {
  return figure < 1 ? `${(figure * 1000).toFixed(2)} ms` : String(Math.round(figure));
}
