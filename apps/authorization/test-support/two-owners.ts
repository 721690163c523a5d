import { partitionOf, type OwnerAnswer } from '#contracts';
import { DEFAULT_DECIDE_SETTINGS, type BookEvent, type Command, type Query } from '#domain';
import {
  canonicalBytes,
  MemoryLogStore,
  OutcomeUnknownError,
  verifyLog,
  type AppendRecord,
  type KeptBeside,
  type LogStore,
} from '#event-log';
import { LeaseKeeper } from '../src/leases/lease-keeper.js';
import { Owner } from '../src/owner/owner.js';
import { FragileLog } from './fragile-log.js';
import { ORG } from './owner-harness.js';

export const PARTITION = partitionOf(ORG);
const LEASE_MS = 3_000;

export type Name = 'A' | 'B';

/** What happens in every order: requests arrive, leases run out, owners take their turns, calls are cut off. */
export interface Scenario {
  /** Each group arrives at once, at one owner. */
  arrivals: readonly { at: Name; requests: readonly (Command | Query)[] }[];
  /** How often a lease has time to run out. */
  lapses: number;
  /** How often each owner renews or claims, after A has claimed at the beginning. */
  turns: Readonly<Record<Name, number>>;
  /** How many calls are cut off from their callers, before or after they took effect. */
  cuts: number;
}

interface Step {
  name: string;
  take: () => void;
}

/** A call to the database that has been sent: it takes effect at one step, and is answered at a later one. */
interface Sent {
  name: string;
  effect?: () => Promise<() => void>;
  answer?: () => void;
  cut?: () => void;
}

interface Asked {
  request: Command | Query;
  answers: OwnerAnswer[];
  /** How far the log had come when it arrived. */
  from: number;
}

/** The log of a new book, made once and put beneath every history. */
export type Beginning = readonly AppendRecord[];

/** One history of two owners of one partition: real owners and leases on the log in memory, step by step as it is told. */
export class TwoOwners {
  readonly steps: string[] = [];
  readonly faults: string[] = [];
  readonly #database: MemoryLogStore;
  readonly #owners = new Map<Name, { owner: Owner; leases: LeaseKeeper }>();
  readonly #sent: Sent[] = [];
  readonly #asked: Asked[] = [];
  readonly #scenario: Scenario;
  #now: number;
  #ids = 0;
  #arrived: Record<Name, number> = { A: 0, B: 0 };
  #turned: Record<Name, number> = { A: 0, B: 0 };
  #lapsed = 0;
  #cut = 0;
  /** Length of the log, and what stands in it. */
  #head = 0;
  readonly #events: BookEvent[] = [];

  constructor(
    scenario: Scenario,
    began_at: number,
    private readonly broken: (log: MemoryLogStore) => Pick<LogStore, 'append'> & { confirm?: true },
  ) {
    this.#scenario = scenario;
    this.#now = began_at;
    this.#database = new MemoryLogStore({ now: () => this.#now });
  }

  async begin(beginning: Beginning): Promise<void> {
    await this.#database.append(new Map([[PARTITION, 0]]), beginning);
    this.#head = beginning.length;
    this.#events.push(...beginning.map(eventOf));
    for (const name of ['A', 'B'] as const) this.#owners.set(name, this.#ownerOf(name));
    await this.#owners.get('A')!.leases.start();
  }

  /** What can happen next. */
  options(): Step[] {
    const { arrivals, lapses, turns, cuts } = this.#scenario;
    const options: Step[] = [];
    for (const name of ['A', 'B'] as const) {
      const next = arrivals.filter(({ at }) => at === name)[this.#arrived[name]];
      if (next) options.push({ name: `asks ${name}`, take: () => this.#arrive(name, next.requests) });
      if (this.#turned[name] < turns[name]) options.push({ name: `turn of ${name}`, take: () => this.#turn(name) });
    }
    if (this.#lapsed < lapses) options.push({ name: 'the lease runs out', take: () => this.#lapse() });
    for (const sent of this.#sent) {
      if (sent.effect) options.push({ name: `${sent.name} takes effect`, take: () => this.#effect(sent) });
      else if (sent.answer) options.push({ name: `${sent.name} is answered`, take: () => this.#answer(sent) });
      if (sent.cut && this.#cut < cuts)
        options.push({ name: `${sent.name} is cut off`, take: () => this.#cutOff(sent) });
    }
    return options;
  }

  /** Whatever was sent ends, and then the partition has an owner again and the log all that was answered. */
  async end(): Promise<void> {
    for (let step; (step = this.options().find(({ name }) => / (takes effect|is answered)$/.test(name)));) {
      step.take();
      await settled();
    }
    for (const { request, answers } of this.#asked)
      if (answers.length !== 1) this.faults.push(`${request.type} has ${answers.length} answers`);
    const { faults } = await verifyLog(this.#database, { partitions: [PARTITION], deep: true });
    if (faults.length > 0) this.faults.push(`D8: ${JSON.stringify(faults[0])}`);
    const keys = this.#events.flatMap(({ key }) => (key === undefined ? [] : [key]));
    if (new Set(keys).size < keys.length) this.faults.push('C1: a key has two effects');
    if (this.#paid(this.#head) > CAP) this.faults.push('A1: the cap was passed');
  }

  #arrive(name: Name, requests: readonly (Command | Query)[]): void {
    this.#arrived[name]++;
    for (const request of requests) {
      const asked: Asked = { request, answers: [], from: this.#head };
      this.#asked.push(asked);
      this.#owners.get(name)!.owner.submit({
        partition: PARTITION,
        request: { ...request, fresh_id: this.#freshId() },
        arrived_at: this.#now,
        answer: (answer) => {
          asked.answers.push(answer);
          this.#check(asked, answer);
        },
      });
    }
  }

  /** An answer shows what is in the log already: its own event, or the book between question and answer. */
  #check({ request, from }: Asked, answer: OwnerAnswer): void {
    const recorded = answer.kind === 'recorded' ? answer : answer.kind === 'refused' ? answer.recorded : undefined;
    if (recorded) {
      const event = this.#events[Number(recorded.position.split(':')[1]) - 1];
      if (!event || !canonicalBytes(recorded.event).equals(canonicalBytes(event)))
        this.faults.push(`${request.type} was told of ${recorded.position}, which is not what stands there`);
    }
    if (answer.kind === 'agent') {
      const shown = BigInt(answer.agent.totals[0]?.spent ?? '0');
      const possible = Array.from({ length: this.#head - from + 1 }, (_, more) => this.#paid(from + more));
      if (!possible.includes(shown)) this.faults.push(`F1: ${shown} was shown, and it was ${possible.join(' or ')}`);
    }
    // Refused without a record: by a book in which that key was not bound yet.
    if (answer.kind === 'refused' && !answer.recorded)
      this.faults.push(`${request.type} was refused: ${answer.refusal.code}`);
  }

  #turn(name: Name): void {
    this.#turned[name]++;
    void this.#owners.get(name)!.leases.start();
  }

  #lapse(): void {
    this.#lapsed++;
    this.#now += LEASE_MS + 1;
  }

  #effect(sent: Sent): void {
    const { effect } = sent;
    sent.effect = undefined;
    void effect!().then((answer) => {
      if (sent.cut) sent.answer = answer;
    });
  }

  #answer(sent: Sent): void {
    const { answer } = sent;
    sent.answer = undefined;
    sent.cut = undefined;
    answer!();
  }

  #cutOff(sent: Sent): void {
    this.#cut++;
    const { cut } = sent;
    sent.cut = undefined;
    sent.answer = undefined;
    cut!();
  }

  #send<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#sent.push({
        name,
        effect: () =>
          call().then(
            (result) => () => resolve(result),
            (error: Error) => () => reject(error),
          ),
        cut: () => reject(new OutcomeUnknownError('cut off')),
      });
    });
  }

  #ownerOf(name: Name): { owner: Owner; leases: LeaseKeeper } {
    const log = new FragileLog(this.#database);
    const way = this.broken(this.#database);
    log.aroundAppend = (_go, epochs, records) =>
      this.#send(`append of ${name}`, () => this.#append(name, way, epochs, records));
    log.aroundRaise = (go) => this.#send(`raise of ${name}`, go);
    log.aroundConfirm = (go, epochs) =>
      this.#send(`confirm of ${name}`, way.confirm ? async () => new Set(epochs.keys()) : go);
    log.aroundClaim = (_go, owner, _partitions, lease_ms) => this.#database.leases.claim(owner, [PARTITION], lease_ms);
    const clock = { now: () => this.#now };
    const scheduler = { after: () => () => undefined, soon: (task: () => void) => queueMicrotask(task) };
    const alarm = (message: string, error: unknown): void => {
      if (/no answer for|unforeseen|could not be sent/.test(message)) this.faults.push(`${message}: ${String(error)}`);
    };
    const owner: Owner = new Owner({
      owner_name: name,
      log,
      clock,
      scheduler,
      outlet: { committed: () => undefined },
      ids: { freshId: () => this.#freshId() },
      settings: { ...DEFAULT_DECIDE_SETTINGS, cycle_works_maximum: 100, intake_maximum: 100 },
      lost: (partitions) => leases.forget(partitions),
      epochsRaised: () => undefined,
      alarm,
    });
    const leases: LeaseKeeper = new LeaseKeeper({
      owner_name: name,
      log,
      owner,
      clock,
      scheduler,
      lease_ms: LEASE_MS,
      gained: () => undefined,
      lost: () => undefined,
      alarm,
    });
    return { owner, leases };
  }

  async #append(
    name: Name,
    way: Pick<LogStore, 'append'>,
    epochs: ReadonlyMap<number, number>,
    records: readonly AppendRecord[],
  ): Promise<KeptBeside> {
    const lease = (await this.#database.leases.list())[PARTITION]!;
    const kept = await way.append(epochs, records);
    this.#head += records.length;
    this.#events.push(...records.map(eventOf));
    if (lease.owner !== name || lease.epoch !== epochs.get(PARTITION))
      this.faults.push(`position ${this.#head} was written by ${name}, and ${lease.owner} is the owner`);
    return kept;
  }

  /** What the agent has spent, by the first positions of the log. */
  #paid(head: number): bigint {
    return this.#events
      .slice(0, head)
      .reduce((sum, event) => (event.type === 'payment.transferred' ? sum + BigInt(event.amount) : sum), 0n);
  }

  #freshId(): string {
    return `01900000000070008000${(++this.#ids).toString(16).padStart(12, '0')}`;
  }
}

/** Of the agent that pays; two of the payments do not fit under it. */
export const CAP = 10n;

function eventOf({ payload }: AppendRecord): BookEvent {
  return JSON.parse(payload.toString()) as BookEvent;
}

/** Everything that a step has set free runs to its end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
