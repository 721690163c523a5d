import { describe, expect, it } from '@jest/globals';
import { noteHash, sealText, type Note } from './note.js';
import { NoteKeeper } from './note-keeper.js';

const note = (number: number): Note => ({ kind: 'memo', subject: `pay_${number}`, text: `${number}`, salt: 's' });

/** Writes what it is given, as long as it is not told to fail. */
function store() {
  const batches: string[][] = [];
  const state = { fails: 0, batches, alarms: [] as string[] };
  const keeper = new NoteKeeper({
    store: {
      write: (notes) => {
        if (state.fails-- > 0) return Promise.reject(new Error('away'));
        batches.push(notes.map(({ text }) => text));
        return Promise.resolve();
      },
    },
    gather_ms: 5,
    alarm: (message) => void state.alarms.push(message),
  });
  return { ...state, state, keeper };
}

describe('Notes on their way to the table', () => {
  it('are written many in one statement, in order', async () => {
    const { keeper, batches } = store();
    await Promise.all(Array.from({ length: 1_200 }, (_, index) => keeper.keep(note(index))));
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
    expect(batches.flat()).toEqual(Array.from({ length: 1_200 }, (_, index) => `${index}`));
  });

  it('are written later where the table was away, and keep nobody waiting for that', async () => {
    const { keeper, state, batches, alarms } = store();
    state.fails = 1;
    await keeper.keep(note(1));
    expect([batches, alarms]).toEqual([[], ['notes could not be written']]);
    await keeper.close();
    expect(batches).toEqual([['1']]);
  });

  it('H4: are let go beyond a bound, aloud, and at the end where the table stays away', async () => {
    const { keeper, state, alarms } = store();
    state.fails = Infinity;
    const kept = Array.from({ length: 10_001 }, (_, index) => keeper.keep(note(index)));
    await kept[10_000];
    expect(keeper.waiting).toBe(10_000);
    expect(alarms).toEqual(['a note is not kept: too many wait already']);
    await keeper.close();
    await Promise.all(kept);
    expect(keeper.waiting).toBe(0);
    await keeper.keep(note(1));
    expect(keeper.waiting).toBe(0);
  });
});

describe('The hash of a text in the log', () => {
  it('D20: is another each time, so that a short text cannot be guessed, and is proven by text and salt', () => {
    const [one, other] = [sealText('rent'), sealText('rent')];
    expect(one.hash).not.toBe(other.hash);
    expect(one.salt).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(noteHash(one.salt, 'rent')).toBe(one.hash);
    expect(noteHash(one.salt, 'Rent')).not.toBe(one.hash);
  });
});
