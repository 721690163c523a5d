import {
  creditedFrom,
  finishedFrom,
  requestHistoryFrom,
  requiredFacts,
  type BookEvent,
  type Command,
  type CycleFacts,
  type MissingFacts,
  type Query,
} from '#domain';
import type { LoggedEvent, LogStore } from '#event-log';
import type { DecidedCycle } from './decided.js';
import type { FreshKeys } from './fresh-keys.js';
import type { OwnedPartition } from './partition.js';
import { readEvent } from './read-event.js';
import { paymentOf } from '../queries/decision.js';
import { transferOf } from '../queries/signed-transfer.js';
import { isQuery, type Work } from './work.js';

/** What a work wants to know, and where. */
export interface WantedFacts {
  partition: OwnedPartition;
  org: string;
  missing: MissingFacts;
  /** Its keys are bound to nothing, as far as anybody can tell. */
  has_fresh_key?: boolean;
}

/** The facts that the cycle will ask for, as far as that can be told before deciding. */
export function wantedBy(
  works: readonly Work[],
  partitions: ReadonlyMap<number, OwnedPartition>,
  freshKeys: FreshKeys,
): WantedFacts[] {
  const wanted: WantedFacts[] = [];
  for (const work of works) {
    const partition = partitions.get(work.partition);
    const facts = partition && wantedByOne(work, partition);
    if (facts) wanted.push({ has_fresh_key: freshKeys.isFresh(work), ...facts });
  }
  return wanted;
}

function wantedByOne(work: Work, partition: OwnedPartition): WantedFacts | undefined {
  const command = commandOf(work.request);
  if (!command) return undefined;
  const book = partition.books.get(command.org);
  if (!book) return undefined;
  const missing = requiredFacts(book.base, command);
  return missing.keys || missing.payments || missing.requests ? { partition, org: command.org, missing } : undefined;
}

/** A dry run wants to know what its payment would; other questions bring what they need themselves. */
function commandOf(request: Command | Query): Command | undefined {
  if (!isQuery(request)) return request;
  if (request.type === 'query.signed_transfer') return transferOf(request);
  return request.type === 'query.decision' ? paymentOf(request) : undefined;
}

/** Brings the facts of a whole cycle in one round trip (D2); figures of windows, asked for rarely, are awaited outside of it. */
export async function loadFacts(log: LogStore, cycle: DecidedCycle, wanted: readonly WantedFacts[]): Promise<void> {
  const keys: { partition: number; scope: string; key: string; facts: CycleFacts }[] = [];
  const payments: { org: string; id: string; facts: CycleFacts }[] = [];
  const requests: typeof payments = [];
  const asked = new Set<string>();
  for (const { partition, org, missing, has_fresh_key } of wanted) {
    const facts = cycle.factsOf(org);
    for (const { scope, key } of has_fresh_key ? [] : (missing.keys ?? [])) {
      if (facts.boundKey(scope, key) !== undefined || !isNew(asked, `${org} ${scope} ${key}`)) continue;
      keys.push({ partition: partition.partition, scope, key, facts });
    }
    for (const id of missing.payments ?? []) {
      if (facts.finishedPayment(id) !== undefined || !isNew(asked, `${org} ${id}`)) continue;
      payments.push({ org, id, facts });
    }
    for (const id of missing.requests ?? []) {
      if (facts.requestHistory(id) !== undefined || !isNew(asked, `${org} ${id}`)) continue;
      requests.push({ org, id, facts });
    }
  }
  learnFreshKeys(cycle, wanted, asked);
  if (keys.length === 0 && payments.length === 0 && requests.length === 0) return;
  const loaded = await log.loadFacts({
    keys: keys.map(({ partition, scope, key }) => ({ partition, scope, key })),
    payments: [...payments, ...requests].map(({ id }) => id),
  });
  for (const [index, { scope, key, facts }] of keys.entries()) {
    const found = loaded.keys[index];
    facts.learnKey(scope, key, found ? boundKey(found) : null);
  }
  for (const [index, { org, id, facts }] of payments.entries()) {
    const events = loaded.payments[index]!.map((logged) => readEvent(logged));
    facts.learnPayment(id, finishedFrom(events));
    // Of a credit that this cycle has decided itself, the log knows nothing yet.
    if (facts.creditedPayment(id) === undefined) facts.learnCredit(id, creditedFrom(events, org));
  }
  learnRequests(requests, loaded.payments.slice(payments.length));
}

/** Where another command of the cycle has the same key, that is looked for. */
function learnFreshKeys(cycle: DecidedCycle, wanted: readonly WantedFacts[], asked: ReadonlySet<string>): void {
  for (const { org, missing, has_fresh_key } of wanted) {
    if (!has_fresh_key) continue;
    const facts = cycle.factsOf(org);
    for (const { scope, key } of missing.keys ?? [])
      if (facts.boundKey(scope, key) === undefined && !asked.has(`${org} ${scope} ${key}`))
        facts.learnKey(scope, key, null);
  }
}

/** Payment requests stand in the same index as payments. */
function learnRequests(
  requests: readonly { org: string; id: string; facts: CycleFacts }[],
  loaded: readonly (readonly LoggedEvent[])[],
): void {
  for (const [index, { org, id, facts }] of requests.entries())
    facts.learnRequest(
      id,
      requestHistoryFrom(
        loaded[index]!.map((logged) => readEvent(logged)),
        org,
      ),
    );
}

function boundKey(logged: LoggedEvent): { fingerprint: string; event: BookEvent; position: string } {
  const event = readEvent(logged);
  return { fingerprint: event.fingerprint ?? '', event, position: `${logged.partition}:${logged.position}` };
}

function isNew(asked: Set<string>, name: string): boolean {
  if (asked.has(name)) return false;
  asked.add(name);
  return true;
}
