import type pg from 'pg';
import { openPool } from '../postgres/session.js';

/** A paid service that an org has defined itself. */
export interface KeptService {
  name: string;
  /** Its definition, as JSON. */
  definition: string;
}

export interface ServiceStoreOptions {
  url: string;
  /** How many services an org may define. Default 200. */
  services_of_org?: number;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

const PUT = `insert into bursar.paid_service (org, name, definition)
  select $1, $2, $3 where (select count(*) from bursar.paid_service where org = $1 and name <> $2) < $4::int
  on conflict (org, name) do update set definition = excluded.definition, changed_at = now()`;

const KEEP_SECRET = `insert into bursar.service_secret (org, service, encrypted) values ($1, $2, $3)
  on conflict (org, service) do update set encrypted = excluded.encrypted, changed_at = now()`;

/** Tables `bursar.paid_service` and `bursar.service_secret`, as a role that can touch nothing of the log. */
export class PostgresServiceStore {
  readonly #pool: pg.Pool;
  readonly #maximum: number;

  constructor({ url, services_of_org = 200, statement_timeout_ms = 2_000 }: ServiceStoreOptions) {
    this.#maximum = services_of_org;
    const session = { name: 'services', role: 'bursar_services', statement_timeout_ms, connections_maximum: 2 };
    this.#pool = openPool(url, session);
  }

  /** The definitions of an org, by name. */
  async services(org: string): Promise<KeptService[]> {
    const text = 'select name, definition from bursar.paid_service where org = $1 order by name';
    return (await this.#pool.query<KeptService>({ name: 'services', text, values: [org] })).rows;
  }

  /** Defines a service, or defines it anew. @returns false where the org has as many as it may have. */
  async put(org: string, { name, definition }: KeptService): Promise<boolean> {
    const { rowCount } = await this.#pool.query(PUT, [org, name, definition, this.#maximum]);
    return rowCount === 1;
  }

  /** @returns whether there was one. */
  async remove(org: string, name: string): Promise<boolean> {
    const text = 'delete from bursar.paid_service where org = $1 and name = $2';
    return (await this.#pool.query(text, [org, name])).rowCount === 1;
  }

  /** The encrypted secrets of an org, by service. */
  async secrets(org: string): Promise<ReadonlyMap<string, Buffer>> {
    const text = 'select service, encrypted from bursar.service_secret where org = $1';
    const { rows } = await this.#pool.query<{ service: string; encrypted: Buffer }>({
      name: 'service secrets',
      text,
      values: [org],
    });
    return new Map(rows.map(({ service, encrypted }) => [service, encrypted]));
  }

  async keepSecret(org: string, service: string, encrypted: Buffer): Promise<void> {
    await this.#pool.query(KEEP_SECRET, [org, service, encrypted]);
  }

  /** @returns whether there was one. */
  async removeSecret(org: string, service: string): Promise<boolean> {
    const text = 'delete from bursar.service_secret where org = $1 and service = $2';
    return (await this.#pool.query(text, [org, service])).rowCount === 1;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
