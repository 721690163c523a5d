import autocannon from 'autocannon';
import type { Instance } from '../support/instance.js';
import { processorTimes, shares } from './processes.js';

/** One timed stretch of calls over HTTP. */
export interface HttpRun {
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  failed: number;
  shares: Record<string, number>;
}

/** Posts the bodies one after the other, over and over, on so many connections. */
export async function loadHttp(
  instance: Instance,
  path: string,
  bodies: readonly string[],
  connections: number,
  seconds: number,
): Promise<HttpRun> {
  const before = processorTimes(instance.process.pid);
  const begin = performance.now();
  const result = await autocannon({
    url: `${instance.url}${path}`,
    method: 'POST',
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${instance.adminKey}`, 'content-type': 'application/json' },
    requests: bodies.map((body) => ({ body })),
  });
  return {
    per_second: result['2xx'] / result.duration,
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
    failed: result.non2xx + result.errors,
    shares: shares(before, processorTimes(instance.process.pid), performance.now() - begin),
  };
}
