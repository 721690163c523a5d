import type pg from 'pg';
import { openPool } from '../postgres/session.js';
import { GroupedWrites } from './grouped-writes.js';
import type { KeptServiceCall, ServiceAnswer, ServiceCall, ServiceCallState } from './service-call.js';

export interface ServiceCallStoreOptions {
  url: string;
  /** How long a call is kept that begins now. */
  retention_days: number;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

// Of copies of one payment in one statement the first is kept; the salt says which was.
const BEGIN = `insert into bursar.service_call
    (payment_id, org, service, is_sandbox, state, salt, request, ends_at, expires_at)
  select payment_id, org, service, is_sandbox, 'calling', salt, request,
    now() + ends_in_ms * interval '1 ms', now() + $8::float8 * interval '1 day'
  from unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::text[], $7::float8[])
    as begun (payment_id, org, service, is_sandbox, salt, request, ends_in_ms)
  on conflict do nothing
  returning payment_id::text, salt`;

const ANSWERED = `update bursar.service_call as call set state = 'answered', answer = said.answer, units = said.units
  from unnest($1::uuid[], $2::text[], $3::int8[]) with ordinality as said (payment_id, answer, units, place)
  where call.payment_id = said.payment_id and call.state = 'calling'
  returning said.place::int4`;

const ENDED = `update bursar.service_call set state = 'ended' where payment_id = any ($1::uuid[]) and state <> 'ended'`;

const LEAVE = `update bursar.service_call set ends_at = now() where payment_id = $1::uuid and state = 'calling'`;

const DROP = `delete from bursar.service_call where payment_id = any ($1::uuid[]) and answer is null`;

const COLUMNS = 'payment_id::text, org, service, is_sandbox, state, salt, request, answer, units::text';

const READ = `select ${COLUMNS} from bursar.service_call where payment_id = $1::uuid and expires_at > now()`;

// Whoever takes one has it for a while; of several processes each takes others.
const TAKE = `update bursar.service_call set ends_at = now() + $2::float8 * interval '1 ms'
  where payment_id in (select payment_id from bursar.service_call where state <> 'ended' and ends_at <= now()
    order by ends_at limit $1 for update skip locked)
  returning ${COLUMNS}`;

// What is not ended stays, however old it is: its payment is open.
const SWEEP = `delete from bursar.service_call where payment_id in (
  select payment_id from bursar.service_call where expires_at <= now() and state = 'ended' order by expires_at limit $1)`;

interface Row {
  payment_id: string;
  org: string;
  service: string;
  is_sandbox: boolean;
  state: ServiceCallState;
  salt: string;
  request: string;
  answer: string | null;
  units: string | null;
}

/** Table `bursar.service_call`, as a role that can touch nothing of the log. */
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

  async #begin(calls: readonly ServiceCall[]): Promise<boolean[]> {
    const values = [
      calls.map(({ payment_id }) => uuidOf(payment_id)),
      calls.map(({ org }) => org),
      calls.map(({ service }) => service),
      calls.map(({ is_sandbox }) => is_sandbox),
      calls.map(({ salt }) => salt),
      calls.map(({ request }) => request),
      calls.map(({ ends_in_ms }) => ends_in_ms),
      this.#retention_days,
    ];
    const query = { name: 'begin service calls', text: BEGIN, values };
    const { rows } = await this.#pool.query<Pick<Row, 'payment_id' | 'salt'>>(query);
    const begun = new Set(rows.map(({ payment_id, salt }) => `${paymentIdOf(payment_id)} ${salt}`));
    return calls.map(({ payment_id, salt }) => begun.has(`${payment_id} ${salt}`));
  }

  async #keep(answers: readonly ServiceAnswer[]): Promise<boolean[]> {
    const values = [
      answers.map(({ payment_id }) => uuidOf(payment_id)),
      answers.map(({ answer }) => answer),
      answers.map(({ units }) => units?.toString() ?? null),
    ];
    const { rows } = await this.#pool.query<{ place: number }>({
      name: 'service calls answered',
      text: ANSWERED,
      values,
    });
    const kept = new Set(rows.map(({ place }) => place));
    return answers.map((_, index) => kept.has(index + 1));
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
    await this.#pool.query({ name: 'drop service calls', text: DROP, values: [payment_ids.map(uuidOf)] });
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
    const { rows } = await this.#pool.query<Row>({ name: 'take service calls', text: TAKE, values: [maximum, for_ms] });
    return rows.map(callOf);
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
