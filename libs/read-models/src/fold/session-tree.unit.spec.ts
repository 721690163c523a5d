import { describe, expect, it } from '@jest/globals';
import { noFigures, type Figures } from './figures.js';
import { raiseToAncestors, type SessionPlace } from './session-tree.js';

const spent = (units: bigint): Figures => ({ ...noFigures(), spent: units });

describe('sums of sessions', () => {
  it('A4: reach every ancestor once, whatever the depths of the leaves', () => {
    const places = new Map<string, SessionPlace>([
      ['root', { parent: undefined, depth: 0 }],
      ['left', { parent: 'root', depth: 1 }],
      ['leaf', { parent: 'left', depth: 2 }],
      ['right', { parent: 'root', depth: 1 }],
    ]);
    const leaves = new Map([
      ['leaf', spent(1n)],
      ['left', spent(10n)],
      ['right', spent(100n)],
      ['unheard of', spent(1000n)],
    ]);
    const sums = raiseToAncestors(leaves, (session) => places.get(session));
    expect(Object.fromEntries([...sums].map(([session, figures]) => [session, figures.spent]))).toEqual({
      leaf: 1n,
      left: 11n,
      right: 100n,
      root: 111n,
      'unheard of': 1000n,
    });
    expect(leaves.get('left')?.spent).toBe(10n);
  });

  it('come to the top of a chain of a thousand', () => {
    const placeOf = (session: string): SessionPlace => {
      const depth = Number(session);
      return { parent: depth === 0 ? undefined : `${depth - 1}`, depth };
    };
    const sums = raiseToAncestors(new Map([['999', spent(7n)]]), placeOf);
    expect(sums.size).toBe(1000);
    expect(sums.get('0')?.spent).toBe(7n);
  });
});
