import pg from 'pg';
import { AppendRefusedError, FencedError, OutcomeUnknownError } from '../errors.js';
import { NOTHING_BESIDE, type AppendRecord, type KeptBeside } from '../store.js';
import { APPEND, APPEND_WITH_ROWS_BESIDE, appendValues, type AppendAnswer } from './append-statement.js';
import { keptPayments, valuesBeside } from './rows-beside-statement.js';
import { sessionConfig, type SessionOptions } from './session.js';

/**
 * The one connection that appends. It is opened when needed and dropped after anything that is not a plain answer, so that
 * a half-dead connection is never used twice.
 */
export class EventAppender {
  #client: pg.Client | undefined;
  #busy = false;

  constructor(
    private readonly url: string,
    private readonly options: SessionOptions,
  ) {}

  async append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    if (records.length === 0) return NOTHING_BESIDE;
    if (this.#busy) throw new Error('one append may be in flight per store');
    const query = queryOf(epochs, records);
    this.#busy = true;
    try {
      const answer = await this.#send(query);
      if (!answer.passed) throw refusalOf(answer, records);
      return answer.kept === undefined ? NOTHING_BESIDE : keptPayments(answer.kept);
    } finally {
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #send(query: pg.QueryConfig): Promise<AppendAnswer> {
    try {
      const client = (this.#client ??= await this.#connect());
      const result = await client.query<AppendAnswer>(query);
      return result.rows[0]!;
    } catch (error) {
      if (concernsTheRecords(error)) throw new AppendRefusedError(error.code!, error.message, { cause: error });
      // Not awaited: a connection that no longer answers must not delay the owner's recovery.
      void this.#drop();
      throw new OutcomeUnknownError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(sessionConfig(this.url, this.options));
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    // A commit that is answered is on disk, whatever the database's default; a stricter default stays.
    await client.query(`select set_config('synchronous_commit', 'on', false)
      where current_setting('synchronous_commit') in ('off', 'local')`);
    return client;
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }
}

function queryOf(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): pg.QueryConfig {
  const values = appendValues(epochs, records);
  const beside = valuesBeside(records);
  if (beside === undefined) return { name: 'bursar-append', text: APPEND, values };
  return { name: 'bursar-append-beside', text: APPEND_WITH_ROWS_BESIDE, values: [...values, ...beside] };
}

function refusalOf(answer: AppendAnswer, records: readonly AppendRecord[]): Error {
  const lost = [...new Set(records.map((record) => record.partition))].filter((one) => !answer.held.includes(one));
  if (lost.length > 0) return new FencedError(lost);
  return new AppendRefusedError('gap', `the event before the first one sent is missing in ${answer.gaps.join(', ')}`);
}

/**
 * Only these classes of SQLSTATE blame the records: data exception, integrity constraint, program limit. Everything else
 * (a full disk, a read-only standby, a missing right, a cancelled statement) would refuse any batch alike.
 */
function concernsTheRecords(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR' && /^(22|23|54)/.test(error.code ?? '');
}
