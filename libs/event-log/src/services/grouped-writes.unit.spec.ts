import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { GroupedWrites } from './grouped-writes.js';

const refused = () => new pg.DatabaseError('invalid byte sequence', 1, 'error');

/** A table that refuses `bad`, and whose statements take a turn of the event loop. */
function table(fault: (items: readonly string[]) => Error | undefined = () => undefined) {
  const statements: string[][] = [];
  const writes = new GroupedWrites<string, string>({
    items_maximum: 3,
    write: async (items) => {
      statements.push([...items]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const said = fault(items);
      if (said) throw said;
      return items.map((item) => `${item} written`);
    },
  });
  return { statements, writes };
}

describe('Writes that come together', () => {
  it('C1: go in one statement, and each is told what became of it', async () => {
    const { statements, writes } = table();
    const said = await Promise.all(['a', 'b'].map((item) => writes.put(item)));
    expect(said).toEqual(['a written', 'b written']);
    expect(statements).toEqual([['a', 'b']]);
  });

  it('C1: wait for the statement under way, and go together in the next, at most so many', async () => {
    const { statements, writes } = table();
    const first = writes.put('a');
    await new Promise((resolve) => setImmediate(resolve));
    const others = ['b', 'c', 'd', 'e'].map((item) => writes.put(item));
    await Promise.all([first, ...others]);
    expect(statements).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
    await writes.put('f');
    expect(statements.at(-1)).toEqual(['f']);
  });

  it('C1: harm no other where one of them cannot be written', async () => {
    const { statements, writes } = table((items) => (items.includes('bad') ? refused() : undefined));
    const said = await Promise.allSettled(['a', 'bad', 'b'].map((item) => writes.put(item)));
    expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(statements).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  });

  it('C3: are not written again where nobody can say whether they were', async () => {
    const lost = new Error('Connection terminated unexpectedly');
    const { statements, writes } = table((items) => (items.length > 1 ? lost : undefined));
    const said = await Promise.allSettled(['a', 'b'].map((item) => writes.put(item)));
    expect(said).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
    expect(statements).toEqual([['a', 'b']]);
    expect(await writes.put('c')).toBe('c written');
  });
});
