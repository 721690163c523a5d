import { BursarClient } from '#client';
import type { Instance } from '../../support/instance.js';
import { startBareExchanges } from '../bare/start-bare.js';
import { measureLoad, type HttpRun } from '../load-http.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';
import { paidCall } from './bare.js';

const AGENTS = 50;
const IN_FLIGHT = 16;
/** Until the engine has compiled what is called: until then a call takes twice as long. */
const WARM_SECONDS = 20;
const WARM_IN_FLIGHT = 64;

/**
 * How long the sandbox takes for an answer, with the trigger that makes it so. At once, as it is shipped: then the machine is the limit. Or as long as a provider
 * that is near: always the same time, where calls that were answered together stay together, and a tenth more or less, as real ones do at least.
 */
const PROVIDERS = {
  '0 ms': '',
  '100 ms': ' sandbox:delay_ms=100',
  '90 to 110 ms': ' sandbox:delay_ms=90-110',
} as const;
type Provider = keyof typeof PROVIDERS;

interface Pair {
  direct: HttpRun;
  paid: HttpRun;
}

type Round = Record<Provider, Pair> & { bare: HttpRun };

/**
 * What `POST /v1/pay` adds to a call of the sandbox, by the same number of callers, one run beside the other. All rows go by turns, so that a machine
 * that is slow for a minute is slow for all of them; beside them the bare exchange, by which to tell whether it was.
 */
export async function serviceRows(instance: Instance, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents = Array.from({ length: AGENTS }, (_, index) => `caller-${index}`);
  await Promise.all(agents.map((handle) => client.agents.create({ handle })));
  const bare = await startBareExchanges();
  try {
    const loadBare = (duration: number): Promise<HttpRun> =>
      measureLoad(process.pid, { ...paidCall(bare.url), connections: IN_FLIGHT, duration });
    const pair = async (provider: Provider): Promise<Pair> => ({
      direct: await loadSandbox(instance, provider, seconds),
      paid: await loadPay(instance, agents, provider, seconds),
    });
    await loadBare(WARM_SECONDS);
    await loadSandbox(instance, '0 ms', seconds);
    await loadPay(instance, agents, '0 ms', WARM_SECONDS, WARM_IN_FLIGHT);
    const rounds: Round[] = [];
    for (let run = 0; run < runs; run += 1)
      rounds.push({
        '0 ms': await pair('0 ms'),
        bare: await loadBare(seconds),
        '100 ms': await pair('100 ms'),
        '90 to 110 ms': await pair('90 to 110 ms'),
      });
    const wrong = await mismatches(instance);
    return [
      ...(Object.keys(PROVIDERS) as Provider[]).flatMap((provider) =>
        rowsOf(
          provider,
          rounds.map((round) => round[provider]),
          seconds,
          wrong,
        ),
      ),
      besideBare(rounds, seconds),
    ];
  } finally {
    await bare.stop();
  }
}

function rowsOf(provider: Provider, pairs: readonly Pair[], seconds: number, wrong: number): Row[] {
  const failed = pairs.reduce((sum, { direct, paid }) => sum + direct.failed + paid.failed, 0);
  const row = (unit: string, of: (pair: Pair) => number, most?: number): Row => {
    const runs = pairs.map(of);
    return {
      name: `POST /v1/pay, sandbox of ${provider}, ${IN_FLIGHT} in flight: ${unit}`,
      runs,
      unit,
      ...(most === undefined ? {} : { target: `≤ ${most} ms`, reached: median(runs) <= most && failed === 0 }),
      limit: busiest(pairs.at(-1)!.paid.shares),
      conditions: `${AGENTS} agents call tavily, ${seconds} s a run beside the same calls without Bursar, clients included, warmed up for ${WARM_SECONDS} s by ${WARM_IN_FLIGHT} callers; ${failed} failed`,
      mismatches: wrong,
      details: { pairs },
    };
  };
  return [row('added p50 ms', added('p50_ms'), 8), row('added p99 ms', added('p99_ms'), 40), row('calls/s', rateOf)];
}

/** How many times what the bare exchange adds we add, both to the same direct calls. */
function besideBare(rounds: readonly Round[], seconds: number): Row {
  const bareAdded = rounds.map(({ '0 ms': { direct }, bare }) => bare.p50_ms - direct.p50_ms);
  const failed = rounds.reduce((sum, { bare }) => sum + bare.failed, 0);
  return {
    name: `POST /v1/pay / bare exchange, sandbox of 0 ms, ${IN_FLIGHT} in flight: added p50`,
    runs: rounds.map(({ '0 ms': ours }, round) => added('p50_ms')(ours) / bareAdded[round]!),
    unit: '×',
    conditions: `by turns, ${seconds} s each; the bare exchange added ${bareAdded.map((ms) => ms.toFixed(1)).join(', ')} ms; ${failed} of its calls failed`,
    details: { bare: rounds.map(({ bare }) => bare) },
  };
}

function added(figure: 'p50_ms' | 'p99_ms'): (pair: Pair) => number {
  return ({ direct, paid }) => paid[figure] - direct[figure];
}

function rateOf({ paid }: Pair): number {
  return paid.per_second;
}

/** What the provider is asked, and how long it takes. */
function queryTo(provider: Provider): string {
  return `heat pumps${PROVIDERS[provider]}`;
}

function loadSandbox(instance: Instance, provider: Provider, seconds: number): Promise<HttpRun> {
  const headers = { authorization: 'Bearer tvly-any', 'content-type': 'application/json' };
  const body = JSON.stringify({ query: queryTo(provider), include_usage: true });
  return load(instance, `${instance.sandboxUrl}/api.tavily.com/search`, headers, [body], seconds);
}

function loadPay(
  instance: Instance,
  agents: readonly string[],
  provider: Provider,
  seconds: number,
  connections = IN_FLIGHT,
): Promise<HttpRun> {
  const headers = { authorization: `Bearer ${instance.adminKey}`, 'content-type': 'application/json' };
  const payload = { query: queryTo(provider) };
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
