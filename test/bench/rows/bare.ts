import type { Options } from 'autocannon';
import { startBareExchanges } from '../bare/start-bare.js';
import { measureLoad, type HttpRun } from '../load-http.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';

const IN_FLIGHT = 16;
/** As for the rows beside which these stand. */
const WARM_SECONDS = 20;

/**
 * The yardstick of what goes over several processes: the same exchanges on the same machine, gathered as Bursar gathers them, but nothing
 * is checked, decided, chained, signed or projected.
 */
export async function bareRows(runs: number, seconds: number): Promise<Row[]> {
  const bare = await startBareExchanges();
  try {
    const direct = await measured(runs, seconds, () => sandboxCall(bare.sandboxUrl));
    const paid = await measured(runs, seconds, () => paidCall(bare.url));
    const x402 = await measured(runs, seconds, () => x402Payment(bare.url));
    const before = { p50_ms: medianOf(direct, 'p50_ms'), p99_ms: medianOf(direct, 'p99_ms') };
    const call = 'bare exchanges of POST /v1/pay';
    const payment = 'bare exchanges of an x402 payment';
    return [
      row(call, 'calls/s', paid, ({ per_second }) => per_second),
      row(call, 'added p50 ms', paid, ({ p50_ms }) => p50_ms - before.p50_ms),
      row(call, 'added p99 ms', paid, ({ p99_ms }) => p99_ms - before.p99_ms),
      // Three calls, one after the other.
      row(payment, 'payments/s', x402, ({ per_second }) => per_second / 3),
    ];
  } finally {
    await bare.stop();
  }
}

function row(name: string, unit: string, found: readonly HttpRun[], of: (run: HttpRun) => number): Row {
  const failed = found.reduce((sum, run) => sum + run.failed, 0);
  return {
    name: `${name}, ${IN_FLIGHT} in flight: ${unit}`,
    runs: found.map(of),
    unit,
    limit: busiest(found.at(-1)!.shares),
    conditions: `a yardstick: nothing is checked, decided or projected; warmed up for ${WARM_SECONDS} s; ${failed} failed`,
  };
}

function medianOf(found: readonly HttpRun[], figure: 'p50_ms' | 'p99_ms'): number {
  return median(found.map((run) => run[figure]));
}

async function measured(runs: number, seconds: number, load: () => Options): Promise<HttpRun[]> {
  await run(load(), WARM_SECONDS);
  const found: HttpRun[] = [];
  for (let one = 0; one < runs; one += 1) found.push(await run(load(), seconds));
  return found;
}

function run(load: Options, duration: number): Promise<HttpRun> {
  return measureLoad(process.pid, { ...load, connections: IN_FLIGHT, duration });
}

const JSON_TYPE = { 'content-type': 'application/json' };

function sandboxCall(url: string): Options {
  const headers = { ...JSON_TYPE, authorization: 'Bearer tvly-any' };
  return { url: `${url}/api.tavily.com/search`, headers, body: JSON.stringify({ query: 'heat pumps' }) };
}

/** A paid call as Bursar's callers make it, to the bare exchange. */
export function paidCall(url: string): Options {
  const body = { service: 'tavily', max_credits: 0.05, payload: { query: 'heat pumps' }, agent_id: 'caller-1' };
  return { url: `${url}/pay`, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function x402Payment(url: string): Options {
  const terms = { scheme: 'exact', network: 'ledger:main', amount: '1000', asset: 'USD', payTo: 'x402-1' };
  const challenge = { x402Version: 2, resource: { url: 'https://example.com/report' }, accepts: [terms] };
  const body = JSON.stringify(challenge);
  const requests = ['/resolve', '/verify', '/settle'].map((path) => ({ method: 'POST' as const, path, body }));
  return { url, headers: JSON_TYPE, requests };
}
