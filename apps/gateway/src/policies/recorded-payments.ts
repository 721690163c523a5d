import { partitionOf } from '#contracts';
import { isPaymentEvent, type BookEvent, type PaymentEvent, type ScopeMembers } from '#domain';
import type { LogReader } from '../ports.js';
import type { Slices } from './sliced-work.js';

const READ_AT_ONCE = 1_000;
/** An owner is not asked for more at one time. */
const ASKED_AT_ONCE = 20;

/** Bytes by which an event is told before it is parsed: quotes inside a text are escaped, so that no label reads like these. */
const PAYMENT = Buffer.from('"type":"payment.');
const NEWCOMERS = ['agent.registered', 'session.opened'].map((type) => Buffer.from(`"type":"${type}"`));
const PAYER = Buffer.from('"payer":{"agent_id":"');
const QUOTE = '"'.charCodeAt(0);

/** Where a scope's payments are read, and how far. */
export interface Recording {
  log: LogReader;
  org: string;
  members: ScopeMembers;
  /** The parent of an agent or session that is older than what is read. */
  parentOf: (id: string) => Promise<string | undefined>;
  after: number;
  upTo: number;
  /** Events from this book time on are not read. */
  until: number;
}

/** What was read: up to which position and book time, and whether up to `until`. */
export interface ReadSoFar {
  position: number;
  time: number;
  over: boolean;
}

/** Gives the payment events that count in a scope to `take`, in the order of the log. Most others are not even parsed. */
export async function takeRecordedPayments(
  recording: Recording,
  slices: Slices,
  take: (event: PaymentEvent) => void,
): Promise<ReadSoFar> {
  const { log, org, members, after, upTo, until } = recording;
  const partition = partitionOf(org);
  const named = Buffer.from(`"org":"${org}"`);
  const far: ReadSoFar = { position: after, time: 0, over: false };
  while (far.position < upTo && !far.over) {
    const entries = await log.read(partition, far.position, Math.min(upTo, far.position + READ_AT_ONCE));
    if (entries.length === 0) break;
    far.position = entries.at(-1)!.position;
    const ofOrg = entries.map(({ payload }) => payload).filter((payload) => payload.includes(named));
    const page = await paymentsIn(recording, ofOrg, slices);
    await tellOfOlder(recording, page);
    for (const { payload, memberId } of page) {
      if (slices.isOver()) await slices.next();
      if (memberId !== undefined && members.has(memberId) !== true) continue;
      const event = eventOf(payload);
      if (event.org !== org || !isPaymentEvent(event)) continue;
      if ((far.over = event.time >= until)) return far;
      if (members.counts(event)) take(event);
    }
    const last = ofOrg.at(-1);
    if (!last) continue;
    far.time = Math.max(far.time, eventOf(last).time);
    far.over = far.time >= until;
  }
  return far;
}

interface RecordedPayment {
  payload: Buffer;
  /** The agent or session on which it depends whether it counts; undefined where it is none or nothing depends on it. */
  memberId: string | undefined;
}

/** The payments of a page; of agents and sessions that are new in it the members learn. */
async function paymentsIn(
  { org, members }: Recording,
  payloads: readonly Buffer[],
  slices: Slices,
): Promise<RecordedPayment[]> {
  const payments: RecordedPayment[] = [];
  for (const payload of payloads) {
    if (slices.isOver()) await slices.next();
    if (payload.includes(PAYMENT)) payments.push({ payload, memberId: memberIn(payload, members) });
    else if (NEWCOMERS.some((type) => payload.includes(type))) {
      const event = eventOf(payload);
      if (event.org === org) members.learn(event);
    }
  }
  return payments;
}

function memberIn(payload: Buffer, { scope }: ScopeMembers): string | undefined {
  if (scope.kind === 'agent') {
    const named = payload.indexOf(PAYER);
    if (named < 0) return undefined;
    const begin = named + PAYER.length;
    return payload.toString('utf8', begin, payload.indexOf(QUOTE, begin));
  }
  const event = scope.kind === 'session' ? eventOf(payload) : undefined;
  return event && isPaymentEvent(event) ? event.session_id : undefined;
}

/** Asks for the parents of those that are older than what is read. */
async function tellOfOlder({ members, parentOf }: Recording, page: readonly RecordedPayment[]): Promise<void> {
  const ids = new Set(page.flatMap(({ memberId }) => memberId ?? []));
  for (;;) {
    const unknown = new Set<string>();
    for (const id of ids) {
      const known = members.has(id);
      if (typeof known === 'object' && unknown.size < ASKED_AT_ONCE) unknown.add(known.unknown);
    }
    if (unknown.size === 0) return;
    await Promise.all([...unknown].map(async (id) => members.tell(id, await parentOf(id))));
  }
}

function eventOf(payload: Buffer): BookEvent {
  return JSON.parse(payload.toString('utf8')) as BookEvent;
}
