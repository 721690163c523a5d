import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { migrateEventLog, PostgresNoteStore, type Note } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { KeptNotes } from './kept-notes.js';

const SUBJECT = `pay_${'a'.repeat(32)}`;
const note: Note = { kind: 'memo', subject: SUBJECT, text: 'rent', salt: 'salt' };

let database: TestDatabase;
let alarms: string[];
const open = (): KeptNotes =>
  new KeptNotes({ url: database.url, retention_days: 1, alarm: (message) => void alarms.push(message) });

beforeEach(async () => {
  alarms = [];
  database = await createTestDatabase({ migrate: migrateEventLog });
});
afterEach(() => database.drop());

describe('The notes of a gateway', () => {
  it('D6: are there for whoever has waited for them to be kept', async () => {
    const notes = open();
    await notes.keep(note);
    expect((await notes.read('memo', [SUBJECT])).get(SUBJECT)).toEqual({ text: 'rent', salt: 'salt' });
    await notes.close();
    expect(alarms).toEqual([]);
  });

  it('D20: that are expired when it starts are deleted', async () => {
    const store = new PostgresNoteStore({ url: database.url, retention_days: -1 });
    await store.write([note]);
    const notes = open();
    // What was swept can be written anew; what still lies there, expired, cannot.
    for (let tries = 0; tries < 100 && (await notes.read('memo', [SUBJECT])).size === 0; tries++) {
      await notes.keep(note);
      await delay(20);
    }
    expect((await notes.read('memo', [SUBJECT])).size).toBe(1);
    await notes.close();
    await store.close();
  });

  it('H4: that cannot be kept or read keep no caller waiting for long, and fail none', async () => {
    const notes = open();
    await notes.keep(note);
    await database.drop();
    const began = Date.now();
    await notes.keep({ ...note, subject: `pay_${'b'.repeat(32)}` });
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(await notes.read('memo', [SUBJECT])).toEqual(new Map());
    expect(alarms).toContain('notes could not be read');
    await notes.close();
  });
});
