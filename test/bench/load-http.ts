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
export function loadHttp(
  instance: Instance,
  path: string,
  bodies: readonly string[],
  connections: number,
  seconds: number,
): Promise<HttpRun> {
  return measureLoad(instance.process.pid, {
    url: `${instance.url}${path}`,
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${instance.adminKey}`, 'content-type': 'application/json' },
    requests: bodies.map((body) => ({ body })),
  });
}

/** Posts as the options say; `root` is the process below which all that works for it runs. */
export async function measureLoad(root: number | undefined, load: autocannon.Options): Promise<HttpRun> {
  const before = processorTimes(root);
  const begin = performance.now();
  const result = await autocannon({ method: 'POST', ...load });
  return {
    per_second: result['2xx'] / result.duration,
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
    failed: result.non2xx + result.errors,
    shares: shares(before, processorTimes(root), performance.now() - begin),
  };
}
