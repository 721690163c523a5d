import type pg from 'pg';
import { openPool } from '../postgres/session.js';
import type { KeptServiceCall, ServiceAnswer, ServiceCall, ServiceCallState } from './service-call.js';

export interface ServiceCallStoreOptions {
  url: string;
  /** How long a call is kept that begins now. */
  retention_days: number;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

const BEGIN = `insert into bursar.service_call
    (payment_id, org, service, is_sandbox, state, salt, request, ends_at, expires_at)
  values ($1::uuid, $2, $3, $4, 'calling', $5, $6, now() + $7::float8 * interval '1 ms', now() + $8::float8 * interval '1 day')
  on conflict do nothing`;

const ANSWERED = `update bursar.service_call set state = 'answered', answer = $2, units = $3
  where payment_id = $1::uuid and state = 'calling'`;

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

  constructor({ url, retention_days, statement_timeout_ms = 2_000 }: ServiceCallStoreOptions) {
    this.#retention_days = retention_days;
    const session = { name: 'service calls', role: 'bursar_services', statement_timeout_ms, connections_maximum: 4 };
    this.#pool = openPool(url, session);
  }

  /** @returns whether this one began it: of several that say so for the same payment, one does. */
  async begin({ payment_id, org, service, is_sandbox, salt, request, ends_in_ms }: ServiceCall): Promise<boolean> {
    const values = [uuidOf(payment_id), org, service, is_sandbox, salt, request, ends_in_ms, this.#retention_days];
    return (await this.#pool.query({ name: 'begin service call', text: BEGIN, values })).rowCount === 1;
  }

  /** Keeps what came of a call, once: the first to say it is right. @returns whether it was this one. */
  async answered({ payment_id, answer, units }: ServiceAnswer): Promise<boolean> {
    const values = [uuidOf(payment_id), answer, units?.toString() ?? null];
    const { rowCount } = await this.#pool.query({ name: 'service call answered', text: ANSWERED, values });
    return rowCount === 1;
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
    payment_id: `pay_${payment_id.replaceAll('-', '')}`,
    ...(answer === null ? {} : { answer }),
    ...(units === null ? {} : { units: BigInt(units) }),
  };
}

/** `pay_<32 hex digits>` → the digits. */
function uuidOf(payment_id: string): string {
  return payment_id.slice('pay_'.length);
}
