import type { Facts, FactsRequest, LogStore } from '#event-log';

type Append = Parameters<LogStore['append']>;
type Appended = Awaited<ReturnType<LogStore['append']>>;
type Leases = LogStore['leases'];
/** Stands around one call: does it, delays it, fails before or after it. */
type Around<Arguments extends unknown[], Result> = (go: () => Promise<Result>, ...given: Arguments) => Promise<Result>;

/** A log on which a test can break one call at a time; what is not broken goes to the log below. */
export class FragileLog implements LogStore {
  aroundAppend: Around<Append, Appended> = (go) => go();
  aroundFacts: Around<[FactsRequest], Facts> = (go) => go();
  aroundRead: Around<Parameters<LogStore['read']>, Awaited<ReturnType<LogStore['read']>>> = (go) => go();
  aroundRaise: Around<Parameters<Leases['raise']>, Map<number, number>> = (go) => go();
  aroundRenew: Around<Parameters<Leases['renew']>, Set<number>> = (go) => go();
  aroundConfirm: Around<Parameters<Leases['confirm']>, Set<number>> = (go) => go();
  aroundClaim: Around<Parameters<Leases['claim']>, Map<number, number>> = (go) => go();
  /** Added to the clock of the database. */
  clock_offset_ms = 0;
  readonly leases: Leases;

  constructor(readonly below: LogStore) {
    const { leases } = below;
    this.leases = {
      claim: (...given) => this.aroundClaim(() => leases.claim(...given), ...given),
      renew: (...given) => this.aroundRenew(() => leases.renew(...given), ...given),
      raise: (...given) => this.aroundRaise(() => leases.raise(...given), ...given),
      confirm: (...given) => this.aroundConfirm(() => leases.confirm(...given), ...given),
      release: (...given) => leases.release(...given),
      list: () => leases.list(),
    };
  }

  append(...given: Append): Promise<Appended> {
    return this.aroundAppend(() => this.below.append(...given), ...given);
  }
  loadFacts(request: FactsRequest): Promise<Facts> {
    return this.aroundFacts(() => this.below.loadFacts(request), request);
  }
  read(...given: Parameters<LogStore['read']>): ReturnType<LogStore['read']> {
    return this.aroundRead(() => this.below.read(...given), ...given);
  }
  head(partition: number): ReturnType<LogStore['head']> {
    return this.below.head(partition);
  }
  addressEvents(...given: Parameters<LogStore['addressEvents']>): ReturnType<LogStore['addressEvents']> {
    return this.below.addressEvents(...given);
  }
  lookUpIndex(...given: Parameters<LogStore['lookUpIndex']>): ReturnType<LogStore['lookUpIndex']> {
    return this.below.lookUpIndex(...given);
  }
  countIndexRows(...given: Parameters<LogStore['countIndexRows']>): ReturnType<LogStore['countIndexRows']> {
    return this.below.countIndexRows(...given);
  }
  async now(): Promise<number> {
    return (await this.below.now()) + this.clock_offset_ms;
  }
  get checkpoints(): LogStore['checkpoints'] {
    return this.below.checkpoints;
  }
  get watermarks(): LogStore['watermarks'] {
    return this.below.watermarks;
  }
  get snapshots(): LogStore['snapshots'] {
    return this.below.snapshots;
  }
  async close(): Promise<void> {}
}

/** Does the first call this way, and leaves the others alone. */
export function once<Arguments extends unknown[], Result>(first: Around<Arguments, Result>): Around<Arguments, Result> {
  let done = false;
  return (go, ...given) => {
    if (done) return go();
    done = true;
    return first(go, ...given);
  };
}

/** A call that has begun waits at it until it is opened. */
export class Gate {
  readonly #opened: Promise<void>;
  readonly #arrived: Promise<void>;
  open!: () => void;
  #arrive!: () => void;

  constructor() {
    this.#opened = new Promise((resolve) => (this.open = resolve));
    this.#arrived = new Promise((resolve) => (this.#arrive = resolve));
  }

  /** Somebody stands at the gate. */
  get arrived(): Promise<void> {
    return this.#arrived;
  }

  async pass(): Promise<void> {
    this.#arrive();
    await this.#opened;
  }
}
