import { describe, expect, it } from '@jest/globals';
import { PARTITION_COUNT, partitionOf } from './partition.js';

describe('the partition of a book', () => {
  it.each([
    ['org_00000000000070008000000000000001', 26],
    ['org_00000000000070008000000000000002', 7],
    ['org_018f3a5b7c9d7e0f8a1b2c3d4e5f6071', 51],
    ['', 5],
    ['5', 16],
  ])('D2: of %j is %d for ever', (org, partition) => {
    expect(partitionOf(org)).toBe(partition);
  });

  it('spreads orgs over all partitions', () => {
    const used = new Set<number>();
    for (let count = 0; count < 2_000; count++) used.add(partitionOf(`org_${count.toString(16).padStart(32, '0')}`));
    expect(used.size).toBe(PARTITION_COUNT);
  });
});
