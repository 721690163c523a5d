import { describe, expect, it } from '@jest/globals';
import { getPriority } from 'node:os';
import { nicenessOf } from './niceness.js';

describe('The niceness of a process', () => {
  it("is told in the system's first session too, where Linux says nothing of a share", () => {
    // What a machine's first process starts runs in that session, tests among it.
    const found = nicenessOf(1);
    expect(found).toContain(getPriority(1));
    expect(found.every((one) => Number.isInteger(one))).toBe(true);
  });
});
