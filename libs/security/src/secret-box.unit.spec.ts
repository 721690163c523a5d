import { describe, expect, it } from '@jest/globals';
import { createSecretBox } from './secret-box.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const PLACE = 'org_1/perplexity';

describe('A secret that is kept', () => {
  it('F4: comes back as it was, and twice the same is encrypted differently', () => {
    const box = createSecretBox([OLD]);
    for (const secret of ['', 'pplx-123', 'Ünïcödé 😀', 'x'.repeat(10_000)]) {
      const [one, other] = [box.encrypt(secret, PLACE), box.encrypt(secret, PLACE)];
      expect([box.decrypt(one, PLACE), box.decrypt(other, PLACE)]).toEqual([secret, secret]);
      expect(one.equals(other)).toBe(false);
      if (secret !== '') expect(one.includes(secret)).toBe(false);
    }
  });

  it('F4 F7: opens at its own place only', () => {
    const box = createSecretBox([OLD]);
    expect(box.decrypt(box.encrypt('secret', PLACE), 'org_2/perplexity')).toBeUndefined();
  });

  it('F4: is read with the seed that encrypted it as long as that is kept, and the newest encrypts', () => {
    const encrypted = createSecretBox([OLD]).encrypt('secret', PLACE);
    const both = createSecretBox([NEW, OLD]);
    expect(both.decrypt(encrypted, PLACE)).toBe('secret');
    expect(createSecretBox([NEW]).decrypt(both.encrypt('secret', PLACE), PLACE)).toBe('secret');
    expect(createSecretBox([NEW]).decrypt(encrypted, PLACE)).toBeUndefined();
    expect(() => createSecretBox([])).toThrow('needs a seed');
  });

  it('A7: does not open where any bit of it was changed, or a part of it is missing', () => {
    const box = createSecretBox([OLD]);
    const encrypted = box.encrypt('secret', PLACE);
    for (let index = 0; index < encrypted.length; index += 1) {
      const changed = Buffer.from(encrypted);
      changed[index]! ^= 1;
      expect(box.decrypt(changed, PLACE)).toBeUndefined();
      expect(box.decrypt(encrypted.subarray(0, index), PLACE)).toBeUndefined();
    }
  });
});
