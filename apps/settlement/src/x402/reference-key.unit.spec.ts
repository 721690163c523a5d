import { describe, expect, it } from '@jest/globals';
import { referenceKey as keyOf } from './reference-key.js';

const address = `0x${'a'.repeat(40)}`;
const seller = { org: 'org_1', agent: 'seller' };
const referenceKey = (payee: Parameters<typeof keyOf>[0], reference: string) => keyOf(payee, reference, 'x402');

describe('The key of a challenge’s own reference', () => {
  it('C1: is the same for the same payee and reference, and an address’s whoever has it', () => {
    expect(referenceKey({ ...seller }, 'order-1')).toBe(referenceKey(seller, 'order-1'));
    const moved = { org: 'org_2', agent: 'agt_2', address };
    expect(referenceKey(moved, 'order-1')).toBe(referenceKey({ ...seller, address }, 'order-1'));
  });

  it('C5: is another one for another payee, reference or protocol, however they are cut', () => {
    const keys = [
      referenceKey(seller, 'order-1'),
      referenceKey(seller, 'order-2'),
      referenceKey({ ...seller, agent: 'other' }, 'order-1'),
      referenceKey({ ...seller, org: 'org_2' }, 'order-1'),
      referenceKey({ ...seller, address }, 'order-1'),
      referenceKey({ ...seller, agent: 'sellerorder-1' }, 'order-1'),
      keyOf(seller, 'order-1', 'mpp'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('C1: is a key that the book can keep, however long the reference is', () => {
    for (const reference of ['1', 'n'.repeat(255)])
      expect(referenceKey(seller, reference)).toMatch(/^x402:v1:[\w-]{43}$/);
  });
});
