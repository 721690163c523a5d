import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { chainHash, genesisHash } from './chain.js';

const sha256 = (...parts: (string | Buffer)[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();

describe('the chain', () => {
  it('D8: begins with the hash of the partition name', () => {
    expect(genesisHash(0)).toEqual(sha256('bursar:log:v1:0'));
    expect(genesisHash(63).toString('hex')).toBe(sha256('bursar:log:v1:63').toString('hex'));
  });

  it.each([0, 1, 700, 65_503, 65_504, 65_505, 200_000])(
    'D8: covers the hash before it and all of a payload of %i bytes',
    (length) => {
      const previous = genesisHash(7);
      const payload = Buffer.alloc(length, 'ü');
      expect(chainHash(previous, payload)).toEqual(sha256(previous, payload));
    },
  );

  it('D8: takes nothing but a whole hash as the one before', () => {
    expect(() => chainHash(Buffer.alloc(31), Buffer.from('{}'))).toThrow(RangeError);
  });
});
