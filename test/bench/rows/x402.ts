import { BursarClient } from '#client';
import type { Instance } from '../../support/instance.js';
import type { HttpRun } from '../load-http.js';
import { loadX402, type X402Pair } from '../load-x402.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';

const AGENTS = 50;
const IN_FLIGHT = 16;

/** x402 on the ledger's network: resolve, verify and settle, the three calls of one payment, over HTTP. */
export async function x402Rows(instance: Instance, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const agents = await Promise.all(
    Array.from({ length: AGENTS }, (_, index) => client.agents.create({ handle: `x402-${index}` })),
  );
  const pairs = agents.map((payer, index): X402Pair => {
    const payee = agents[(index + 1) % AGENTS]!;
    const requirements = {
      scheme: 'exact',
      network: 'ledger:main',
      amount: '1000',
      asset: 'USD',
      payTo: payee.handle,
      maxTimeoutSeconds: 60,
    };
    const challenge = { x402Version: 2, resource: { url: 'https://example.com/report' }, accepts: [requirements] };
    return { payer_token: payer.token!, payee_token: payee.token!, challenge, requirements };
  });
  await loadX402(instance, pairs, IN_FLIGHT, 3); // warm
  const found: HttpRun[] = [];
  for (let run = 0; run < runs; run++) found.push(await loadX402(instance, pairs, IN_FLIGHT, seconds));
  const wrong = await mismatches(instance);
  const failed = found.reduce((sum, run) => sum + run.failed, 0);
  const row = (
    unit: string,
    of: (run: HttpRun) => number,
    target: string,
    reached: (value: number) => boolean,
  ): Row => ({
    name: `x402 resolve + verify + settle, ${IN_FLIGHT} in flight: ${unit}`,
    runs: found.map(of),
    unit,
    target,
    reached: reached(median(found.map(of))) && failed === 0,
    limit: busiest(found.at(-1)!.shares),
    conditions: `${AGENTS} agents pay each other by their own tokens, ${seconds} s a run, clients included; ${failed} failed`,
    mismatches: wrong,
    details: { shares_of_a_core: found.map((run) => run.shares) },
  });
  return [
    row(
      'payments/s',
      (run) => run.per_second,
      '≥ 1,000/s',
      (value) => value >= 1_000,
    ),
    row(
      'p99 ms',
      (run) => run.p99_ms,
      'p99 ≤ 50 ms',
      (value) => value <= 50,
    ),
  ];
}
