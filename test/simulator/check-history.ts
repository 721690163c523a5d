import { renderPaymentAnswer } from '#contracts';
import type { BookEvent } from '#domain';
import { verifyLog, type LoggedEvent, type MemoryLogStore } from '#event-log';
import { checkClearing, checkConservation } from './check-clearing.js';
import type { Operation } from './operation.js';
import { PlainBook } from './plain-book.js';
import { checkRequests } from './plain-requests.js';
import type { SimulatedEvents, SimulatedStream } from './simulated-bus.js';
import type { Workload } from './workload/index.js';

export interface Logged extends LoggedEvent {
  event: BookEvent;
}

/** All that a history has left behind. */
export interface Remains {
  database: MemoryLogStore;
  events: SimulatedEvents;
  commands: SimulatedStream;
  workloads: readonly Workload[];
  /** `<partition>:<position>` → when it was committed. */
  committed_at: ReadonlyMap<string, number>;
}

/** Everything that must hold of a history that has come to rest; throws with what does not. */
export async function checkHistory(remains: Remains): Promise<ReadonlyMap<string, PlainBook>> {
  const { database, workloads } = remains;
  const partitions = [...new Set(workloads.map(({ partition }) => partition))];
  const { faults } = await verifyLog(database, { partitions, deep: true });
  if (faults.length > 0) throw new Error(`D8: the log does not verify: ${JSON.stringify(faults[0])}`);
  const log = await readLog(database, partitions);
  const books = new Map<string, PlainBook>(workloads.map(({ org }) => [org, new PlainBook(org)]));
  const states = new Map<string, Committed[]>(workloads.map(({ org }) => [org, []]));
  for (const logged of log) {
    const book = books.get(logged.event.org)!;
    book.add(logged.event);
    states.get(book.org)!.push(committedState(book, remains.committed_at.get(place(logged))!));
  }
  checkClearing(books);
  checkRequests(books);
  checkConservation(log.map((logged) => ({ event: logged.event, at: remains.committed_at.get(place(logged))! })));
  checkRelay(remains, log);
  for (const workload of workloads) {
    const events = log.filter(({ event }) => event.org === workload.org);
    checkKeys(workload, events, remains);
    checkQueued(workload, events, remains);
    checkViews(workload, states.get(workload.org)!);
  }
  return books;
}

const place = ({ partition, position }: { partition: number; position: number }): string => `${partition}:${position}`;

async function readLog(database: MemoryLogStore, partitions: readonly number[]): Promise<Logged[]> {
  const log: Logged[] = [];
  for (const partition of partitions) {
    const { position } = await database.head(partition);
    for (let after = 0; after < position;) {
      const page = await database.read(partition, after, position);
      for (const logged of page) log.push({ ...logged, event: JSON.parse(logged.payload.toString()) as BookEvent });
      after = page.at(-1)!.position;
    }
  }
  return log;
}

/** D3: what was relayed, less its repetitions, is the log, in order. */
function checkRelay({ events }: Remains, log: readonly Logged[]): void {
  const next = new Map<number, number>();
  const payloads = new Map(log.map((logged) => [place(logged), logged.payload]));
  for (const arrived of events.arrived) {
    const expected = (next.get(arrived.partition) ?? 0) + 1;
    if (arrived.position > expected) throw new Error(`D3: ${place(arrived)} was relayed before ${expected}`);
    if (!payloads.get(place(arrived))?.equals(arrived.payload))
      throw new Error(`D3: ${place(arrived)} was relayed and is not in the log`);
    if (arrived.position === expected) next.set(arrived.partition, expected);
  }
  for (const { partition, position } of log)
    if (position > (next.get(partition) ?? 0)) throw new Error(`D3: ${partition}:${position} was never relayed`);
}

/** C1, C2: one effect of each key; whoever used it was told of that one, in the same words, or that it is another's. */
function checkKeys(workload: Workload, events: readonly Logged[], remains: Remains): void {
  const bound = new Map<string, Logged>();
  for (const logged of events) {
    const { key } = logged.event;
    if (key === undefined) continue;
    if (bound.has(key)) throw new Error(`C1: the key ${key} has two effects`);
    bound.set(key, logged);
  }
  const byPlace = new Map(events.map((logged) => [place(logged), logged]));
  for (const operation of workload.operations) {
    if (!operation.done) throw new Error(`${operation.name} was left without an answer`);
    if (operation.key !== undefined) checkAnswers(operation, bound.get(operation.key), byPlace, remains);
  }
}

function checkAnswers(
  operation: Operation,
  effect: Logged | undefined,
  byPlace: ReadonlyMap<string, Logged>,
  { committed_at }: Remains,
): void {
  if (operation.key!.startsWith('meddle') && operation.answers.some(({ refusal }) => refusal !== 'payment_not_found'))
    throw new Error(`F7: ${operation.name} touched the payment of another org`);
  const isSigned = effect?.event.key?.startsWith('§signed:') ?? false;
  const isSame = effect?.event.fingerprint === operation.fingerprint;
  // What was signed and declined stays so, whoever brings it.
  const own = effect && (isSame || (isSigned && effect.event.type === 'payment.declined'));
  for (const { recorded, refusal, text, sent_at } of operation.answers) {
    if (recorded) {
      if (!byPlace.has(recorded.position))
        throw new Error(`C1: ${operation.name} was told of ${recorded.position}, which is not there`);
      if (!own || place(effect) !== recorded.position)
        throw new Error(
          `C1: ${operation.name} was told of ${recorded.position}, its key is bound to ${effect && place(effect)}`,
        );
      if (
        operation.wish.kind === 'payment' &&
        text !== JSON.stringify(renderPaymentAnswer(effect.event, place(effect)))
      )
        throw new Error(`C1: ${operation.name} was told something else than what is recorded: ${text}`);
      if (text !== operation.answers.find((answer) => answer.recorded)!.text)
        throw new Error(`C1: ${operation.name} got two answers: ${text}`);
      continue;
    }
    if (!effect || sent_at < committed_at.get(place(effect))!) continue;
    if (isSigned && !isSame && refusal === 'duplicate_settlement') continue;
    // Asked after the key was bound: by this body, then its answer is due; by another, then that is said.
    if (own)
      throw new Error(`C1: ${operation.name} was refused (${refusal}) after it had been recorded at ${place(effect)}`);
    if (/^§(redeem|confirm):/.test(effect.event.key!)) checkSecond(operation.name, effect.event, refusal);
    else if (refusal !== 'idempotency_key_conflict')
      throw new Error(`C2: ${operation.name} was told ${refusal}, and its key is bound by another body`);
  }
}

/** C5: whoever brings a token that was taken is told what became of it, and never that it went well. */
function checkSecond(name: string, taken: BookEvent, refusal: string | undefined): void {
  const told = SECOND[taken.type];
  if (told === undefined || !told.includes(refusal ?? ''))
    throw new Error(`C5: ${name} was told ${refusal} of a token that ended in ${taken.type}`);
}

const SECOND: Partial<Record<BookEvent['type'], readonly string[]>> = {
  'payment.captured': ['duplicate_settlement'],
  'payment.voided': ['payment_not_capturable'],
  'payment.dispatched': ['payment_dispatched'],
  'payment.expired': ['hold_expired'],
  'payment.capture_refused': ['hold_expired'],
};

/** A command that left the queue is in the log, or stands among the dead letters with a reason. */
function checkQueued(workload: Workload, events: readonly Logged[], { commands }: Remains): void {
  for (const { key, text } of workload.queued) {
    const messages = commands.stored.filter((message) => message.text === text);
    const recorded = events.some(({ event }) => event.key === key);
    const acked = messages.some(({ gone }) => gone === 'acked');
    if (acked && !recorded) {
      const late = events.some(({ event }) => event.type === 'payment.expired');
      if (!late) throw new Error(`C1: the command ${key} was acked and is not in the log`);
    }
    for (const { gone, number } of messages) if (!gone) throw new Error(`the command ${number} was left in the queue`);
  }
}

/** What views show of a book after one of its events. */
interface Committed {
  at: number;
  accounts: ReadonlyMap<string, bigint>;
  agents: ReadonlyMap<string, { spent: bigint; held: bigint }>;
  sessions: ReadonlyMap<string, { spent: bigint; used: bigint }>;
}

function committedState(book: PlainBook, at: number): Committed {
  return {
    at,
    accounts: new Map(book.accounts),
    agents: new Map([...book.agents.keys()].map((id) => [id, book.figuresOf(id)])),
    sessions: new Map([...book.sessions.keys()].map((id) => [id, { spent: book.spentIn(id), used: book.used(id) }])),
  };
}

/** D6, F1: a view shows the book as it was at one moment between question and answer; never what a former owner remembers. */
function checkViews(workload: Workload, states: readonly Committed[]): void {
  for (const { name, answers, wish } of workload.operations) {
    if (wish.kind !== 'query') continue;
    for (const { answer, sent_at, got_at } of answers) {
      const from = states.findLastIndex(({ at }) => at <= sent_at);
      const to = states.findLastIndex(({ at }) => at <= got_at);
      const possible = states.slice(Math.max(0, from), to + 1);
      if (!possible.some((state) => shows(answer, state)))
        throw new Error(`D6: ${name} shows what was never so between question and answer: ${JSON.stringify(answer)}`);
    }
  }
}

function shows(answer: Operation['answers'][number]['answer'], state: Committed): boolean {
  switch (answer?.kind) {
    case 'wallets':
      return answer.wallets.every(
        ({ wallet_id, available, held }) =>
          (state.accounts.get(wallet_id) ?? 0n) === BigInt(available) &&
          (state.accounts.get(`${wallet_id}:held`) ?? 0n) === BigInt(held),
      );
    case 'agent': {
      const figures = state.agents.get(answer.agent.agent_id);
      const shown = answer.agent.totals[0] ?? { spent: '0', held: '0' };
      return figures?.spent === BigInt(shown.spent) && figures.held === BigInt(shown.held);
    }
    case 'session': {
      const { session_id, spent, held, carved } = answer.session;
      const figures = state.sessions.get(session_id);
      return figures?.spent === BigInt(spent) && figures.used === BigInt(spent) + BigInt(held) + BigInt(carved);
    }
    default:
      return true;
  }
}
