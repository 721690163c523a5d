import { PassingMap, PassingSet } from '#domain';
import v8 from 'node:v8';

// Prints as JSON how many bytes of what was soon deleted went to the old space, by what it was in. It needs Node's option --max-semi-space-size.

interface Collection {
  put(id: number, value: object): void;
  delete(id: number): unknown;
}

function mapOf(map: Pick<Map<number, object>, 'set' | 'delete'> | PassingMap<number, object>): Collection {
  return { put: (id, value) => void map.set(id, value), delete: (id) => void map.delete(id) };
}

function setOf(set: Pick<Set<object>, 'add' | 'delete'> | PassingSet<object>): Collection {
  const values = new Map<number, object>();
  return {
    put: (id, value) => {
      values.set(id % 32, value);
      set.add(value);
    },
    delete: (id) => void set.delete(values.get(id % 32)!),
  };
}

/** Emptied as a whole instead. */
function clearedOf(map: Pick<Map<number, object>, 'set' | 'clear'> | PassingMap<number, object>): Collection {
  return { put: (id, value) => void map.set(id, value), delete: (id) => id % 16 === 0 && map.clear() };
}

const IN_FLIGHT = 16;

function promotedBytes(collection: Collection): number {
  const rest = { kept: true };
  collection.put(0, rest);
  // Nothing else for a while, so that its table grows old.
  for (let turn = 0; turn < 400_000; turn++) junk();
  const profiler = new v8.GCProfiler();
  profiler.start();
  for (let id = 1; id < 100_000; id++) {
    collection.put(id, { of: new Array<number>(100).fill(id) });
    junk();
    if (id > IN_FLIGHT) collection.delete(id - IN_FLIGHT);
  }
  let bytes = 0;
  for (const { gcType, beforeGC, afterGC } of profiler.stop().statistics)
    if (gcType === 'Scavenge') bytes += oldBytes(afterGC) - oldBytes(beforeGC);
  return bytes;
}

function oldBytes({
  heapSpaceStatistics,
}: {
  heapSpaceStatistics: { spaceName: string; spaceUsedSize: number }[];
}): number {
  return heapSpaceStatistics.find(({ spaceName }) => spaceName === 'old_space')!.spaceUsedSize;
}

let last: unknown;

function junk(): void {
  last = new Array(100).fill(last === undefined ? 1 : 2);
}

const found = {
  Map: promotedBytes(mapOf(new Map())),
  PassingMap: promotedBytes(mapOf(new PassingMap())),
  MapCleared: promotedBytes(clearedOf(new Map())),
  PassingMapCleared: promotedBytes(clearedOf(new PassingMap())),
  Set: promotedBytes(setOf(new Set())),
  PassingSet: promotedBytes(setOf(new PassingSet())),
};
process.stdout.write(JSON.stringify(found));
