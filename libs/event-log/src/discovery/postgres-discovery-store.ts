import { Kysely, PostgresDialect, sql, type RawBuilder, type Transaction } from 'kysely';
import { openPool } from '../postgres/session.js';
import {
  mergedTerms,
  type PaidResource,
  type PaymentTerms,
  type ResourceQuery,
  type SettledResource,
} from './paid-resource.js';

export interface DiscoveryStoreOptions {
  url: string;
  /** Default 1,000. */
  resources_of_org?: number;
  /** Whether a listing with these terms is still small enough for an answer. */
  fits: (resource: SettledResource, accepts: readonly PaymentTerms[]) => boolean;
  /** Whether other orgs may see a resource with these terms. */
  isOpen: (resource: SettledResource, accepts: readonly PaymentTerms[]) => boolean;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

/** Where a page of a search ended. */
export interface SearchPlace {
  rank: number;
  id: number;
}

const KEPT_DAYS = 30;
const SWEEP_MAXIMUM = 1_000;

const isKept = sql<boolean>`settled_at > now() - ${sql.raw(`interval '${KEPT_DAYS} days'`)}`;
const shown = sql.raw(
  'id, org, resource, type, x402_version, accepts, details, extract(epoch from settled_at) * 1000 as settled_at',
);

type Row = Omit<PaidResource, 'settled_at'> & { settled_at: string };

/** Table `bursar.paid_resource`, as a role that can touch nothing else. */
export class PostgresDiscoveryStore {
  readonly #database: Kysely<unknown>;
  readonly #options: Required<DiscoveryStoreOptions>;

  constructor(options: DiscoveryStoreOptions) {
    this.#options = { resources_of_org: 1_000, statement_timeout_ms: 2_000, ...options };
    const { url, statement_timeout_ms } = this.#options;
    const session = { name: 'discovery', role: 'bursar_discovery', statement_timeout_ms, connections_maximum: 2 };
    this.#database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openPool(url, session) }) });
  }

  /** Catalogues a resource, or says anew what it is and when it was settled. Of several at once the latest settlement stays. */
  async keep(settled: SettledResource): Promise<void> {
    const isNew = await this.#database.transaction().execute(async (transaction) => {
      const inserted = await this.#insert(transaction, settled);
      if (!inserted) await this.#update(transaction, settled);
      return inserted;
    });
    if (isNew) await this.#trim(settled.org);
  }

  /** A page in the order in which resources were first catalogued, and how many there are in all. */
  async list(query: ResourceQuery & { offset: number }): Promise<{ resources: PaidResource[]; total: number }> {
    const visible = visibleTo(query);
    const [page, count] = await Promise.all([
      sql<Row>`select ${shown} from bursar.paid_resource where ${visible}
        order by id limit ${query.limit} offset ${query.offset}`.execute(this.#database),
      sql<{ total: number }>`select count(*) as total from bursar.paid_resource where ${visible}`.execute(
        this.#database,
      ),
    ]);
    return { resources: page.rows.map(resourceOf), total: count.rows[0]!.total };
  }

  /** What has any of the words, what has most of them first; one more than the limit says that more follow. */
  async search(
    query: ResourceQuery & { words: string; after?: SearchPlace | undefined },
  ): Promise<(PaidResource & { rank: number })[]> {
    const { words, after } = query;
    const follows = after ? sql<boolean>`where (rank, id) < (${after.rank}, ${after.id})` : sql``;
    const { rows } = await sql<Row & { rank: number }>`
      with asked as (select replace(plainto_tsquery('english', ${words})::text, '&', '|')::tsquery as words)
      select * from (
        select ${shown}, ts_rank(paid_resource.words, asked.words)::float8 as rank
        from bursar.paid_resource, asked where paid_resource.words @@ asked.words and ${visibleTo(query)}
      ) as found ${follows} order by rank desc, id desc limit ${query.limit}`.execute(this.#database);
    return rows.map((row) => ({ ...resourceOf(row), rank: row.rank }));
  }

  /** Other orgs see nothing of this one any more, until it settles again. */
  async close_to_others(org: string): Promise<void> {
    await sql`update bursar.paid_resource set is_open = false where org = ${org} and is_open`.execute(this.#database);
  }

  /** Deletes some of what no payment has settled for in 30 days, and is shown no more. @returns how many. */
  async sweep(): Promise<number> {
    const { numAffectedRows } = await sql`delete from bursar.paid_resource where id in (
      select id from bursar.paid_resource where not ${isKept} order by settled_at limit ${SWEEP_MAXIMUM})`.execute(
      this.#database,
    );
    return Number(numAffectedRows ?? 0);
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  async #insert(transaction: Transaction<unknown>, settled: SettledResource): Promise<boolean> {
    const { org, resource, variant, type } = settled;
    const { numAffectedRows } = await sql`
      insert into bursar.paid_resource
        (org, resource, variant, type, x402_version, is_open, settled_at, accepts, details, words)
      values (${org}, ${resource}, ${variant}, ${type}, ${settled.x402_version}, ${this.#options.isOpen(settled, [settled.accepts])},
        ${momentOf(settled)}, ${JSON.stringify([settled.accepts])}::jsonb, ${settled.details}, ${wordsOf(settled)})
      on conflict do nothing`.execute(transaction);
    return numAffectedRows === 1n;
  }

  async #update(transaction: Transaction<unknown>, settled: SettledResource): Promise<void> {
    const { org, resource, variant, type, x402_version } = settled;
    const found = await sql<{ id: number; accepts: PaymentTerms[] }>`
      select id, case when x402_version = ${x402_version} then accepts else '[]'::jsonb end as accepts
      from bursar.paid_resource
      where org = ${org} and resource = ${resource} and variant = ${variant} and settled_at <= ${momentOf(settled)}
      for update`.execute(transaction);
    const [known] = found.rows;
    if (!known) return;
    const accepts = mergedTerms(settled.accepts, known.accepts);
    while (accepts.length > 1 && !this.#options.fits(settled, accepts)) accepts.pop();
    await sql`
      update bursar.paid_resource set type = ${type}, x402_version = ${x402_version}, is_open = ${this.#options.isOpen(settled, accepts)},
        settled_at = ${momentOf(settled)}, accepts = ${JSON.stringify(accepts)}::jsonb, details = ${settled.details},
        words = ${wordsOf(settled)}
      where id = ${known.id}`.execute(transaction);
  }

  /** The oldest go. Each newcomer is followed by this, so that several at once leave no more than there may be. */
  async #trim(org: string): Promise<void> {
    await sql`delete from bursar.paid_resource where id in (
      select id from bursar.paid_resource where org = ${org}
      order by settled_at desc, id desc offset ${this.#options.resources_of_org})`.execute(this.#database);
  }
}

function visibleTo({ org, withheld, type, terms }: ResourceQuery): RawBuilder<boolean> {
  const hasTerms = sql<boolean>`accepts @> ${JSON.stringify([terms])}::jsonb`;
  return sql<boolean>`${isKept} and (org = ${org} or is_open) and org <> all (${withheld}::text[])
    and ${type === undefined ? sql`true` : sql`type = ${type}`}
    and ${Object.keys(terms).length === 0 ? sql`true` : hasTerms}`;
}

function momentOf({ settled_at }: SettledResource): RawBuilder<Date> {
  return sql<Date>`to_timestamp(${settled_at}::float8 / 1000)`;
}

function wordsOf({ words }: SettledResource): RawBuilder<string> {
  return sql<string>`to_tsvector('english', ${words}::text)`;
}

function resourceOf({ id, org, resource, type, x402_version, accepts, details, settled_at }: Row): PaidResource {
  return { id, org, resource, type, x402_version, accepts, details, settled_at: Math.round(Number(settled_at)) };
}
