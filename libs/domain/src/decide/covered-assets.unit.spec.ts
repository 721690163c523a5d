import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, refusalOf } from '#testing';
import type { LimitDefinition } from '../limits.js';

const dollars = (fields: Partial<LimitDefinition> = {}) => limit('day', 10n, fields);
const yen = (fields: Partial<LimitDefinition> = {}) => limit('day', 10n, { asset: 'JPY', ...fields });
const search = { service: 'search' };
const maps = { service: 'maps' };

/** What a payment of one dollar to `search` by an agent with these limits is answered. */
function paying(limits: LimitDefinition[]): string | undefined {
  const book = new BookScenario();
  book.agent('worker', { limits });
  return refusalOf(book.when(book.payment(1n, { agent: 'worker', payee: search })))?.code;
}

describe('A payment in an asset that limits of the payer name', () => {
  it.each<[string, LimitDefinition[]]>([
    ['no limits at all', []],
    ['limits in it alone', [dollars(), dollars(search)]],
    ['a limit in it and one in another asset', [dollars(), yen()]],
    ['a limit in it on this payee, and one in another asset on another payee', [dollars(search), yen(maps)]],
    ['a limit in it, and one in another asset on another payee', [dollars(), yen(maps)]],
    ['both kinds in both assets', [dollars(), yen(), dollars(search), yen(search)]],
  ])('A9 given %s, then it is covered', (_what, limits) => {
    expect(paying(limits)).toBeUndefined();
  });

  it.each<[string, LimitDefinition[]]>([
    ['a limit in another asset alone', [yen()]],
    ['a limit in it, and on this payee one in another asset', [dollars(), yen(search)]],
    ['a limit in it on this payee, and for all one in another asset', [dollars(search), yen()]],
    ['a limit in it on another payee alone, and for all one in another asset', [dollars(maps), yen()]],
  ])('A9 given %s, then it is not thereby free: it is refused', (_what, limits) => {
    expect(paying(limits)).toBe('asset_mismatch');
  });
});
