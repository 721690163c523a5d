import { describe, expect, it } from '@jest/globals';
import fastCheck from 'fast-check';
import { pageAfter } from './page.js';

describe('A page of a table', () => {
  it('H1 H2: all pages together are the whole table in order, each row once, whatever order it stands in', () => {
    const ids = fastCheck.uniqueArray(fastCheck.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 });
    fastCheck.assert(
      fastCheck.property(ids, fastCheck.integer({ min: 1, max: 10 }), (names, limit) => {
        const table = names.map((id) => ({ id }));
        const walked: string[] = [];
        for (let after: string | undefined, more = true; more; after = walked.at(-1)) {
          const answer = pageAfter(table, after, limit);
          expect(answer.page.length).toBe(answer.more ? limit : answer.page.length);
          walked.push(...answer.page.map(({ id }) => id));
          more = answer.more;
        }
        expect(walked).toEqual(names.toSorted((left, right) => (left < right ? -1 : 1)));
      }),
    );
  });
});
