import { BursarClient } from '#client';
import type { Instance } from '../../support/instance.js';
import { measureLoad, type HttpRun } from '../load-http.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';

const AGENTS = 50;
const IN_FLIGHT = 16;
/** As a provider that is near: the sandbox waits so long before every answer. */
const PROVIDER_MS = 100;
/** Until the engine has compiled what is called: until then a call takes twice as long. */
const WARM_SECONDS = 20;
/** Enough for thousands of calls in that time, however long the provider takes for each. */
const WARM_IN_FLIGHT = 64;

/**
 * What `POST /v1/pay` adds to a call of the sandbox, by the same number of callers, one run beside the other: with a sandbox that takes as
 * long as a provider does, and with one that answers at once, where the machine is the limit of both.
 */
export async function serviceRows(
  start: (settings: Record<string, string>) => Promise<Instance>,
  runs: number,
  seconds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const provider_ms of [PROVIDER_MS, 0]) {
    const instance = await start({ BURSAR_SANDBOX_LATENCY_MS: String(provider_ms) });
    try {
      rows.push(...(await rowsOf(instance, provider_ms, runs, seconds)));
    } finally {
      await instance.stop();
      instance.remove();
    }
  }
  return rows;
}

async function rowsOf(instance: Instance, provider_ms: number, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents = Array.from({ length: AGENTS }, (_, index) => `caller-${index}`);
  await Promise.all(agents.map((handle) => client.agents.create({ handle })));
  const direct = () => loadSandbox(instance, seconds);
  const paid = () => loadPay(instance, agents, seconds);
  await direct();
  await loadPay(instance, agents, WARM_SECONDS, WARM_IN_FLIGHT);
  const pairs: { direct: HttpRun; paid: HttpRun }[] = [];
  for (let run = 0; run < runs; run += 1) pairs.push({ direct: await direct(), paid: await paid() });
  const failed = pairs.reduce((sum, pair) => sum + pair.paid.failed + pair.direct.failed, 0);
  const wrong = await mismatches(instance);
  const row = (unit: string, of: (pair: (typeof pairs)[number]) => number, most?: number): Row => ({
    name: `POST /v1/pay, sandbox of ${provider_ms} ms, ${IN_FLIGHT} in flight: ${unit}`,
    runs: pairs.map(of),
    unit,
    ...(most === undefined ? {} : { target: `≤ ${most} ms`, reached: median(pairs.map(of)) <= most && failed === 0 }),
    limit: busiest(pairs.at(-1)!.paid.shares),
    conditions: `${AGENTS} agents call tavily, ${seconds} s a run beside the same calls without Bursar, clients included, warmed up for ${WARM_SECONDS} s by ${WARM_IN_FLIGHT} callers; ${failed} failed`,
    mismatches: wrong,
    details: { pairs },
  });
  return [
    row('added p50 ms', ({ direct: without, paid: with_it }) => with_it.p50_ms - without.p50_ms, 8),
    row('added p99 ms', ({ direct: without, paid: with_it }) => with_it.p99_ms - without.p99_ms, 40),
    row('calls/s', ({ paid: with_it }) => with_it.per_second),
  ];
}

function loadSandbox(instance: Instance, seconds: number): Promise<HttpRun> {
  const headers = { authorization: 'Bearer tvly-any', 'content-type': 'application/json' };
  const body = JSON.stringify({ query: 'heat pumps', include_usage: true });
  return load(instance, `${instance.sandboxUrl}/api.tavily.com/search`, headers, [body], seconds);
}

function loadPay(
  instance: Instance,
  agents: readonly string[],
  seconds: number,
  connections = IN_FLIGHT,
): Promise<HttpRun> {
  const headers = { authorization: `Bearer ${instance.adminKey}`, 'content-type': 'application/json' };
  const payload = { query: 'heat pumps' };
  const bodies = agents.map((agent_id) => JSON.stringify({ service: 'tavily', max_credits: 0.05, payload, agent_id }));
  return load(instance, `${instance.url}/v1/pay`, headers, bodies, seconds, connections);
}

function load(
  instance: Instance,
  url: string,
  headers: Record<string, string>,
  bodies: readonly string[],
  seconds: number,
  connections = IN_FLIGHT,
): Promise<HttpRun> {
  const requests = bodies.map((body) => ({ body }));
  return measureLoad(instance.process.pid, { url, connections, duration: seconds, headers, requests });
}
