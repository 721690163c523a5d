import { describe, expect, it } from '@jest/globals';
import { notLinearizable, type Asked, type Operation, type Told } from './checker.js';

const DONE: Told = { kind: 'done' };
const OVER: Told = { kind: 'over cap' };
const REVOKED: Told = { kind: 'revoked' };
const UNKNOWN: Told = { kind: 'unknown' };
const seen = (spent: number, maximum: number): Told => ({ kind: 'seen', spent, maximum });
const pay = (amount: number): Asked => ({ kind: 'pay', amount });
const cap = (maximum: number): Asked => ({ kind: 'cap', maximum });
const REVOKE: Asked = { kind: 'revoke' };
const LOOK: Asked = { kind: 'look' };

const during = (from: number, to: number, asked: Asked, told: Told): Operation => ({
  client: 0,
  asked,
  told,
  from,
  to,
});

const GOOD: [string, Operation[]][] = [
  ['nothing', []],
  [
    'payments up to the cap, and one that is over it',
    [during(1, 2, pay(6), DONE), during(3, 4, pay(4), DONE), during(5, 6, pay(1), OVER)],
  ],
  ['of two at once only one fits', [during(1, 9, pay(6), DONE), during(2, 8, pay(6), OVER)]],
  ['a payment beside a revocation passes before it', [during(1, 9, REVOKE, DONE), during(2, 8, pay(1), DONE)]],
  ['or is refused after it, though it was answered first', [during(1, 9, REVOKE, DONE), during(2, 3, pay(1), REVOKED)]],
  [
    'a raise beside a payment lets it pass',
    [during(1, 9, cap(20), DONE), during(2, 3, pay(15), DONE), during(10, 11, LOOK, seen(15, 20))],
  ],
  ['a payment without an answer may have been made', [during(1, 2, pay(6), UNKNOWN), during(3, 4, pay(6), OVER)]],
  ['or not', [during(1, 2, pay(6), UNKNOWN), during(3, 4, pay(6), DONE)]],
  [
    'or long after it was given up',
    [during(1, 2, pay(6), UNKNOWN), during(3, 4, LOOK, seen(0, 10)), during(5, 6, LOOK, seen(6, 10))],
  ],
  [
    'a revocation without an answer may bind or not',
    [during(1, 2, REVOKE, UNKNOWN), during(3, 4, pay(1), DONE), during(5, 6, pay(1), REVOKED)],
  ],
];

const BAD: [string, Operation[]][] = [
  ['F1 a payment passes after a revocation was answered', [during(1, 2, REVOKE, DONE), during(3, 4, pay(1), DONE)]],
  [
    'F1 it passes after somebody else was refused for it',
    [during(1, 20, REVOKE, DONE), during(2, 3, pay(1), REVOKED), during(4, 5, pay(1), DONE)],
  ],
  ['F1 refused as revoked, and nobody revoked', [during(1, 2, pay(1), REVOKED)]],
  [
    'F1 revoked without an answer, refused, and passing again',
    [during(1, 2, REVOKE, UNKNOWN), during(3, 4, pay(1), REVOKED), during(5, 6, pay(1), DONE)],
  ],
  [
    'E6 a payment passes above a cap that was lowered before',
    [during(1, 2, pay(5), DONE), during(3, 4, cap(5), DONE), during(5, 6, pay(1), DONE)],
  ],
  [
    'E6 a payment is refused under a cap that was raised before',
    [during(1, 2, cap(20), DONE), during(3, 4, pay(15), OVER)],
  ],
  ['E6 a lowered cap is raised again by nobody', [during(1, 2, cap(5), DONE), during(3, 4, LOOK, seen(0, 10))]],
  ['A1 two at once pass, and only one fits', [during(1, 9, pay(6), DONE), during(2, 8, pay(6), DONE)]],
  ['A2 a cap for each of two replicas', [during(1, 2, pay(10), DONE), during(3, 4, pay(10), DONE)]],
  ['D6 what was spent is not shown', [during(1, 2, pay(6), DONE), during(3, 4, LOOK, seen(0, 10))]],
  ['A1 a payment is refused, and nothing had been spent', [during(1, 2, pay(6), OVER)]],
  ['C1 one payment without an answer counts twice', [during(1, 2, pay(2), UNKNOWN), during(3, 4, LOOK, seen(4, 10))]],
];

describe('The search for an order that explains all answers', () => {
  it.each(GOOD)('finds one: %s', (_, operations) => {
    expect(notLinearizable(operations, 10)).toBeUndefined();
  });

  it.each(BAD)('finds none: %s', (_, operations) => {
    expect(notLinearizable(operations, 10)?.length).toBeGreaterThan(0);
  });

  it('is done with hundreds of operations of many clients at once in a moment, where trying all orders would never end', () => {
    const operations: Operation[] = [];
    for (let round = 0; round < 100; round++)
      for (let client = 0; client < 6; client++)
        operations.push(
          during(round * 10 + client, round * 10 + 8 + client, pay(1), round * 6 + client < 300 ? DONE : OVER),
        );
    // Processor time, which a machine that others use as well does not lengthen by waiting.
    const begin = process.cpuUsage();
    expect(notLinearizable(operations, 300)).toBeUndefined();
    expect(notLinearizable(operations, 299)).toBeDefined();
    expect(process.cpuUsage(begin).user).toBeLessThan(2_000_000);
  });
});
