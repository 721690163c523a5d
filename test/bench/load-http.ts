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
  const { result, taken_ms } = await timed({ method: 'POST', ...load });
  return {
    per_second: result['2xx'] / result.duration,
    p50_ms: percentile(taken_ms, 0.5),
    p99_ms: percentile(taken_ms, 0.99),
    failed: result.non2xx + result.errors,
    shares: shares(before, processorTimes(root), performance.now() - begin),
  };
}

/** What each call that passed took, shortest first: in the tool's own figures they are cut to whole milliseconds. */
function timed(load: autocannon.Options): Promise<{ result: autocannon.Result; taken_ms: number[] }> {
  const taken_ms: number[] = [];
  return new Promise((resolve, reject) => {
    const run = autocannon(load, (error: Error | null, result: autocannon.Result) => {
      if (error) reject(error);
      else resolve({ result, taken_ms: taken_ms.sort((one, other) => one - other) });
    });
    run.on('response', (_client, status, _bytes, response_ms) => {
      if (status >= 200 && status < 300) taken_ms.push(response_ms);
    });
  });
}

/** Of what is sorted; Infinity where nothing passed. */
export function percentile(sorted_ms: readonly number[], share: number): number {
  return sorted_ms[Math.floor(sorted_ms.length * share)] ?? Infinity;
}
