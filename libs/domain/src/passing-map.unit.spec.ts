import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PassingMap, PassingSet } from './passing-map.js';

const key = fc.integer({ min: 0, max: 40 });
const operation = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);
const operations = fc.array(operation, { maxLength: 1_000, size: 'max' });

describe('A map whose entries soon go again', () => {
  it('given any insertions and deletions, then it holds what a Map does, in its order', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const [map, passing] = [new Map<number, number>(), new PassingMap<number, number>()];
        for (const one of all) {
          if (one.kind === 'set') {
            map.set(one.key, one.value);
            passing.set(one.key, one.value);
          } else if (one.kind === 'clear') {
            map.clear();
            passing.clear();
          } else expect(passing.delete(one.key)).toBe(map.delete(one.key));
          expect(passing.size).toBe(map.size);
        }
        expect([...passing.entries()]).toEqual([...map]);
        expect([...passing.keys(), ...passing.values()]).toEqual([...map.keys(), ...map.values()]);
        for (let id = 0; id <= 40; id++) expect([passing.has(id), passing.get(id)]).toEqual([map.has(id), map.get(id)]);
      }),
    );
  });

  it('given any insertions and deletions, then a set holds what a Set does, in its order', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const [set, passing] = [new Set<number>(), new PassingSet<number>()];
        for (const one of all) {
          if (one.kind === 'set') {
            set.add(one.key);
            passing.add(one.key);
          } else if (one.kind === 'clear') {
            set.clear();
            passing.clear();
          } else expect(passing.delete(one.key)).toBe(set.delete(one.key));
          expect(passing.size).toBe(set.size);
        }
        expect([...passing]).toEqual([...set]);
        for (let id = 0; id <= 40; id++) expect(passing.has(id)).toBe(set.has(id));
      }),
    );
  });

  it('given that who goes through it deletes, then he sees what is left, as in a Map', () => {
    const passing = new PassingMap<number, number>();
    const set = new PassingSet<number>();
    for (let id = 0; id < 500; id++) {
      passing.set(id, id);
      set.add(id);
    }
    const seen: number[] = [];
    for (const id of passing.keys()) {
      seen.push(id);
      for (const gone of [id, id + 1]) passing.delete(gone);
    }
    for (const id of set) {
      seen.push(id);
      for (const gone of [id, id + 1]) set.delete(gone);
    }
    const even = [...Array(250).keys()].map((half) => half * 2);
    expect(seen).toEqual([...even, ...even]);
    expect([passing.size, set.size]).toEqual([0, 0]);
  });
});
