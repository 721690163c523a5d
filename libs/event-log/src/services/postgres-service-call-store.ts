import type pg from 'pg';
import { openPool } from '../postgres/session.js';
import { GroupedWrites } from './grouped-writes.js';
import { ANSWERED, BEGIN, DROP, ENDED, LEAVE, LOCK, READ, READ_TAKEN, SWEEP, TAKE } from './service-call-statements.js';
import type { KeptServiceCall, ServiceAnswer, ServiceCall, ServiceCallState } from './service-call.js';

export interface ServiceCallStoreOptions {
  url: string;
  /** How long a call is kept that begins now. */
  retention_days: number;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

interface Id {
  payment_id: string;
}

interface Row extends Id {
  org: string;
  service: string;
  is_sandbox: boolean;
  state: ServiceCallState;
  salt: string;
  request: string;
  answer: string | null;
  units: string | null;
}

/** Tables `bursar.service_call`, `service_call_open` and `service_answer`, as a role that can touch nothing of the log. */
export class PostgresServiceCallStore {
  readonly #pool: pg.Pool;
  readonly #retention_days: number;
  readonly #beginnings = new GroupedWrites<ServiceCall, boolean>({ write: (calls) => this.#begin(calls) });
  readonly #answers = new GroupedWrites<ServiceAnswer, boolean>({ write: (answers) => this.#keep(answers) });

  constructor({ url, retention_days, statement_timeout_ms = 2_000 }: ServiceCallStoreOptions) {
    this.#retention_days = retention_days;
    const session = { name: 'service calls', role: 'bursar_services', statement_timeout_ms, connections_maximum: 4 };
    this.#pool = openPool(url, session);
  }

  /** @returns whether this one began it: of several that say so for the same payment, one does. */
  begin(call: ServiceCall): Promise<boolean> {
    return this.#beginnings.put(call);
  }

  /** Keeps what came of a call, once: the first to say it is right. @returns whether it was this one. */
  answered(answer: ServiceAnswer): Promise<boolean> {
    return this.#answers.put(answer);
  }

  #begin(calls: readonly ServiceCall[]): Promise<boolean[]> {
    return writeFirsts(calls, async (firsts) => {
      const values = [
        firsts.map(({ payment_id }) => uuidOf(payment_id)),
        firsts.map(({ org }) => org),
        firsts.map(({ service }) => service),
        firsts.map(({ is_sandbox }) => is_sandbox),
        firsts.map(({ salt }) => salt),
        firsts.map(({ request }) => request),
        firsts.map(({ ends_in_ms }) => ends_in_ms),
        this.#retention_days,
      ];
      return (await this.#pool.query<Id>({ name: 'begin service calls', text: BEGIN, values })).rows;
    });
  }

  #keep(answers: readonly ServiceAnswer[]): Promise<boolean[]> {
    return writeFirsts(answers, async (firsts) => {
      const values = [
        firsts.map(({ payment_id }) => uuidOf(payment_id)),
        firsts.map(({ answer }) => answer),
        firsts.map(({ units }) => units?.toString() ?? null),
      ];
      return (await this.#pool.query<Id>({ name: 'service calls answered', text: ANSWERED, values })).rows;
    });
  }

  /** Nothing is left to do for these. */
  async ended(payment_ids: readonly string[]): Promise<void> {
    await this.#pool.query({ name: 'service calls ended', text: ENDED, values: [payment_ids.map(uuidOf)] });
  }

  /** Whoever began it sees to it no more: the next that looks takes it. */
  async leave(payment_id: string): Promise<void> {
    await this.#pool.query({ name: 'leave service call', text: LEAVE, values: [uuidOf(payment_id)] });
  }

  /** Forgets calls that were never made, since their payment was not to be. */
  async drop(payment_ids: readonly string[]): Promise<void> {
    const values = [payment_ids.map(uuidOf)];
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query({ name: 'lock service calls', text: LOCK, values });
      await client.query({ name: 'drop service calls', text: DROP, values });
      await client.query('commit');
      client.release();
    } catch (error) {
      // With its connection the transaction goes, whatever became of it.
      client.release(true);
      throw error;
    }
  }

  /** The call of a payment, while it is kept. */
  async read(payment_id: string): Promise<KeptServiceCall | undefined> {
    const { rows } = await this.#pool.query<Row>({
      name: 'read service call',
      text: READ,
      values: [uuidOf(payment_id)],
    });
    return rows[0] && callOf(rows[0]);
  }

  /** Takes at most `maximum` calls whose process no longer sees to them, for `for_ms`: nobody else gets them so long. */
  async take(maximum: number, for_ms: number): Promise<KeptServiceCall[]> {
    const take = { name: 'take service calls', text: TAKE, values: [maximum, for_ms] };
    const taken = (await this.#pool.query<Id>(take)).rows.map(({ payment_id }) => payment_id);
    if (taken.length === 0) return [];
    const read = { name: 'read taken service calls', text: READ_TAKEN, values: [taken] };
    return (await this.#pool.query<Row>(read)).rows.map(callOf);
  }

  /** Deletes at most `maximum` calls whose time has passed. @returns how many. */
  async sweep(maximum: number): Promise<number> {
    const { rowCount } = await this.#pool.query({ name: 'sweep service calls', text: SWEEP, values: [maximum] });
    return rowCount ?? 0;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Of several of one payment in one statement the first counts. `write` says which payments it has written. */
async function writeFirsts<Item extends Id>(
  items: readonly Item[],
  write: (firsts: readonly Item[]) => Promise<readonly Id[]>,
): Promise<boolean[]> {
  const places = new Map<string, number>();
  for (const [place, { payment_id }] of items.entries()) if (!places.has(payment_id)) places.set(payment_id, place);
  const firsts = [...places.values()].map((place) => items[place]!);
  const written = new Set((await write(firsts)).map(({ payment_id }) => paymentIdOf(payment_id)));
  return items.map(({ payment_id }, place) => places.get(payment_id) === place && written.has(payment_id));
}

function callOf({ payment_id, answer, units, ...row }: Row): KeptServiceCall {
  return {
    ...row,
    payment_id: paymentIdOf(payment_id),
    ...(answer === null ? {} : { answer }),
    ...(units === null ? {} : { units: BigInt(units) }),
  };
}

function paymentIdOf(uuid: string): string {
  return `pay_${uuid.replaceAll('-', '')}`;
}

/** `pay_<32 hex digits>` → the digits. */
function uuidOf(payment_id: string): string {
  return payment_id.slice('pay_'.length);
}
