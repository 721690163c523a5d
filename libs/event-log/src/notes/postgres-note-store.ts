import type pg from 'pg';
import { openPool } from '../postgres/session.js';
import type { Note, NoteKind } from './note.js';

export interface NoteStoreOptions {
  url: string;
  /** How long a text is kept that is written now. */
  retention_days: number;
  /** Default 2,000. */
  statement_timeout_ms?: number;
}

const WRITE = `insert into bursar.note (subject, kind, salt, text, expires_at)
  select written.subject, written.kind, written.salt, written.text, now() + $5::float8 * interval '1 day'
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as written (subject, kind, salt, text)
  on conflict do nothing`;

const READ = `select subject::text, salt, text from bursar.note
  where subject = any ($1::uuid[]) and kind = $2 and expires_at > now()`;

const SWEEP = `delete from bursar.note where (subject, kind) in (
  select subject, kind from bursar.note where expires_at <= now() order by expires_at limit $1)`;

/** Table `bursar.note`, as a role that can touch nothing of the log. */
export class PostgresNoteStore {
  readonly #pool: pg.Pool;
  readonly #retention_days: number;

  constructor({ url, retention_days, statement_timeout_ms = 2_000 }: NoteStoreOptions) {
    this.#retention_days = retention_days;
    this.#pool = openPool(url, {
      name: 'notes',
      role: 'bursar_notes',
      statement_timeout_ms,
      connections_maximum: 2,
    });
  }

  /** One statement, all or none. What is already written stays as it is. */
  async write(notes: readonly Note[]): Promise<void> {
    await this.#pool.query({
      name: 'write notes',
      text: WRITE,
      values: [
        notes.map(({ subject }) => uuidOf(subject)),
        notes.map(({ kind }) => kind),
        notes.map(({ salt }) => salt),
        notes.map(({ text }) => text),
        this.#retention_days,
      ],
    });
  }

  /** The texts that are still kept, by the id of what they belong to. */
  async read(kind: NoteKind, subjects: readonly string[]): Promise<Map<string, { text: string; salt: string }>> {
    const ids = new Map(subjects.map((subject) => [uuidOf(subject), subject]));
    const { rows } = await this.#pool.query<{ subject: string; salt: string; text: string }>({
      name: 'read notes',
      text: READ,
      values: [[...ids.keys()], kind],
    });
    return new Map(rows.map(({ subject, salt, text }) => [ids.get(subject.replaceAll('-', ''))!, { text, salt }]));
  }

  /** Deletes at most `maximum` texts whose time has passed. @returns how many. */
  async sweep(maximum: number): Promise<number> {
    const { rowCount } = await this.#pool.query({ name: 'sweep notes', text: SWEEP, values: [maximum] });
    return rowCount ?? 0;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** `pay_<32 hex digits>` → the digits. */
function uuidOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}
