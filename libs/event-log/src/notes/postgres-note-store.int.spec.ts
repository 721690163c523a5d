import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import type { Note } from './note.js';
import { NoteSweeper } from './note-sweeper.js';
import { PostgresNoteStore } from './postgres-note-store.js';

let test: TestLog;
let store: PostgresNoteStore;

beforeAll(async () => {
  test = await openTestLog();
  store = new PostgresNoteStore({ url: test.database.url, retention_days: 400 });
});
afterAll(async () => {
  await store.close();
  await test.close();
});

let serial = 0;
function note(fields: Partial<Note> = {}): Note {
  serial += 1;
  return {
    kind: 'memo',
    subject: `pay_${serial.toString(16).padStart(32, '0')}`,
    text: 'rent',
    salt: 'salt',
    ...fields,
  };
}

const expire = (subject: string) =>
  test.admin.query(`update bursar.note set expires_at = now() where subject = $1::uuid`, [subject.slice(4)]);

const alarm = (message: string): void => {
  throw new Error(message);
};

const count = async () =>
  (await test.admin.query<{ notes: number }>('select count(*)::int as notes from bursar.note')).rows[0];

describe('Notes beside the log', () => {
  it('D20: are read by what they belong to and by their kind, exactly as they were written', async () => {
    const texts = ['', "quote ' and \\ and {,}", 'Ünïcödé 😀', 'x'.repeat(1024), 'NULL'];
    const notes = texts.map((text) => note({ text }));
    await store.write([...notes, note({ subject: notes[0]!.subject.replace('pay', 'ses'), kind: 'description' })]);
    const read = await store.read('memo', [...notes.map(({ subject }) => subject), note().subject]);
    expect([...read.keys()].toSorted()).toEqual(notes.map(({ subject }) => subject).toSorted());
    expect(notes.map(({ subject }) => read.get(subject)?.text)).toEqual(texts);
    expect(await store.read('memo', [])).toEqual(new Map());
  });

  it('C1: written again with another text stay as they are', async () => {
    const first = note();
    await store.write([first]);
    await store.write([{ ...first, text: 'another' }, note()]);
    expect((await store.read('memo', [first.subject])).get(first.subject)).toEqual({ text: 'rent', salt: 'salt' });
  });

  it('D20: are not shown from the moment their retention has passed, and the sweep deletes them and no others', async () => {
    const [stays, goes] = [note(), note()];
    await store.write([stays, goes]);
    const { rows } = await test.admin.query(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days from bursar.note
       where subject = $1::uuid`,
      [stays.subject.slice(4)],
    );
    expect(rows).toEqual([{ days: 400 }]);
    await expire(goes.subject);
    expect([...(await store.read('memo', [stays.subject, goes.subject])).keys()]).toEqual([stays.subject]);
    const before = await count();
    await new NoteSweeper({ store, alarm }).sweep();
    expect(await count()).toEqual({ notes: before!.notes - 1 });
    expect(await store.sweep(10)).toBe(0);
  });

  it('D20: are swept in bounded batches until none is due, by several at once', async () => {
    const notes = Array.from({ length: 12_000 }, () => note());
    for (let index = 0; index < notes.length; index += 2_000) await store.write(notes.slice(index, index + 2_000));
    await test.admin.query('update bursar.note set expires_at = now()');
    const sweeper = () => new NoteSweeper({ store, alarm });
    await Promise.all([sweeper().sweep(), sweeper().sweep()]);
    expect(await count()).toEqual({ notes: 0 });
  });

  it('D8: are written by a role that can touch nothing of the log, and of which the log’s roles know nothing', async () => {
    await test.admin.query('set role bursar_notes');
    for (const statement of [
      'select * from bursar.event',
      'insert into bursar.checkpoint default values',
      'update bursar.note set text = $$a$$',
    ])
      await expect(test.admin.query(statement)).rejects.toThrow('permission denied');
    await test.admin.query('set role bursar_writer');
    await expect(test.admin.query('select * from bursar.note')).rejects.toThrow('permission denied');
    await test.admin.query('reset role');
  });
});
