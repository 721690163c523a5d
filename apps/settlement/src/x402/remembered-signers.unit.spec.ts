import { describe, expect, it } from '@jest/globals';
import { rememberedSigners } from './remembered-signers.js';

const hashOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);

function counting(maximum?: number) {
  const asked: string[] = [];
  const recover = rememberedSigners((hash, signature) => {
    asked.push(`${hash[0]} ${signature}`);
    return signature === 'wrong' ? undefined : `signer of ${hash[0]}`;
  }, maximum);
  return { asked, recover };
}

describe('remembered signers', () => {
  it('D3: are recovered once for one content and signature, and anew for any other', () => {
    const { asked, recover } = counting();
    for (let time = 0; time < 3; time++) {
      expect(recover(hashOf(1), '0xab')).toBe('signer of 1');
      expect(recover(hashOf(2), '0xab')).toBe('signer of 2');
      expect(recover(hashOf(1), 'wrong')).toBeUndefined();
      expect(recover(hashOf(1), '0xAB')).toBe('signer of 1');
    }
    expect(asked).toEqual(['1 0xab', '2 0xab', '1 wrong']);
  });

  it('H4: are so many and no more, the oldest of which is forgotten first', () => {
    const { asked, recover } = counting(2);
    for (const number of [1, 2, 3, 2, 1]) recover(hashOf(number), 's');
    expect(asked).toEqual(['1 s', '2 s', '3 s', '1 s']);
  });
});
