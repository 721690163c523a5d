import type { BursarClient, PaymentRequest } from '#client';
import { compareViewsWithLog } from '#read-models';
import type { Instance } from '../support/instance.js';
import { processorTimes, shares } from './processes.js';
import type { IntentPublisher } from './services-bus.js';

/** One timed stretch of load: payments a second until the last is visible in reports. */
export interface Stretch {
  per_second: number;
  /** Until the last answer; visibility comes after it. */
  answered_per_second: number;
  shares: Record<string, number>;
  declined: number;
}

/** One connection that publishes, and what it publishes. */
export interface Publisher {
  bus: IntentPublisher;
  intent(index: number): PaymentRequest;
}

/** Publishes `payments` intents over all publishers, `in_flight` at a time, and waits until reports show them all. */
export async function publishAndSee(
  instance: Instance,
  publishers: readonly Publisher[],
  payments: number,
  in_flight: number,
  visible: (positions: ReadonlyMap<number, number>) => Promise<void>,
): Promise<Stretch> {
  const before = processorTimes(instance.process.pid);
  const begin = performance.now();
  const positions = new Map<number, number>();
  let declined = 0;
  let next = 0;
  const each = Math.max(1, Math.floor(in_flight / publishers.length));
  const work = async (publisher: Publisher): Promise<void> => {
    while (next < payments) {
      const index = next++;
      const answer = await publisher.bus.publish(publisher.intent(index));
      if (answer.status !== 'captured') declined += 1;
      if (answer.position === undefined) continue;
      const [partition, position] = answer.position.split(':').map(Number) as [number, number];
      if ((positions.get(partition) ?? 0) < position) positions.set(partition, position);
    }
  };
  await Promise.all(publishers.flatMap((publisher) => Array.from({ length: each }, () => work(publisher))));
  const answered = performance.now();
  await visible(positions);
  const end = performance.now();
  return {
    per_second: payments / ((end - begin) / 1000),
    answered_per_second: payments / ((answered - begin) / 1000),
    shares: shares(before, processorTimes(instance.process.pid), end - begin),
    declined,
  };
}

/** Resolves when the org's reports reflect a position; asked every 10 ms over HTTP, as finance would see it. */
export async function seenInReports(client: BursarClient, position: number, patience_ms = 60_000): Promise<void> {
  for (const end = performance.now() + patience_ms; performance.now() < end;) {
    const { position: seen } = await client.reports.spend({});
    if (Number(seen.split(':')[1]) >= position) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the views did not follow within ${patience_ms / 1000} s`);
}

/** Ledger and views compared by code that is not the projection's. */
export async function mismatches(instance: Instance): Promise<number> {
  const { mismatches: found } = await compareViewsWithLog(instance.databaseUrl, { wait_ms: 60_000 });
  if (found.length > 0) console.error(found.slice(0, 3));
  return found.length;
}
