import { BursarClient } from '#client';
import type { Instance } from '../../support/instance.js';
import { loadHttp, type HttpRun } from '../load-http.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';
import { registerAgents } from './bus.js';

const AGENTS = 50;

/** HTTP authorize and capture in one call, at 1, 50 and 200 connections. */
export async function httpRows(instance: Instance, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents = await registerAgents(client, 'http', AGENTS);
  const { session_id } = await client.sessions.open({ budget: 1_000_000 });
  const bodies = agents.map((agent_id, index) =>
    JSON.stringify({
      agent_id,
      payee: agents[(index + 1) % AGENTS],
      amount: '0.001',
      capture: true,
      session_id,
      label: 'bench',
    }),
  );
  await loadHttp(instance, '/v1/payments', bodies, 50, 3); // warm
  const found = new Map<number, HttpRun[]>([1, 50, 200].map((connections) => [connections, []]));
  for (let run = 0; run < runs; run++)
    for (const [connections, list] of found)
      list.push(await loadHttp(instance, '/v1/payments', bodies, connections, seconds));
  const wrong = await mismatches(instance);
  const conditions = (connections: number): string =>
    `${connections} keep-alive connection${connections === 1 ? '' : 's'}, ${AGENTS} agents, one budget, ${seconds} s a run; load generator in a process beside`;
  const row = (
    connections: number,
    unit: string,
    of: (run: HttpRun) => number,
    target: string,
    reached: (value: number) => boolean,
  ): Row => {
    const all = found.get(connections)!;
    const failed = all.reduce((sum, run) => sum + run.failed, 0);
    return {
      name: `HTTP authorize + capture, ${connections}: ${unit}`,
      runs: all.map(of),
      unit: unit.includes('/s') ? 'payments/s' : 'ms',
      target,
      reached: reached(median(all.map(of))) && failed === 0,
      limit: busiest(all.at(-1)!.shares),
      conditions: `${conditions(connections)}; ${failed} not 2xx`,
      mismatches: wrong,
      details: { shares_of_a_core: all.map((run) => run.shares) },
    };
  };
  return [
    row(
      1,
      'p50 ms',
      (run) => run.p50_ms,
      'p50 ≤ 3 ms',
      (value) => value <= 3,
    ),
    row(
      50,
      'payments/s',
      (run) => run.per_second,
      '≥ 5,000/s',
      (value) => value >= 5_000,
    ),
    row(
      50,
      'p99 ms',
      (run) => run.p99_ms,
      'p99 ≤ 30 ms',
      (value) => value <= 30,
    ),
    row(
      200,
      'p99 ms',
      (run) => run.p99_ms,
      'p99 ≤ 100 ms',
      (value) => value <= 100,
    ),
    row(
      200,
      'payments/s',
      (run) => run.per_second,
      'none',
      () => true,
    ),
  ];
}
