import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asReceived } from './as-received.js';
import { decodeOwnerRequest, encodeOwnerRequest, type OwnerRequest, type OwnerResponse } from './wire.js';

/** No text tells -0 from 0. */
const anything = fc.jsonValue({ maxDepth: 4 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const unset = fc.option(anything, { nil: undefined });

/** JSON, with fields that are not set at every depth. */
const values = fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.oneof(unset, fc.record({ unset })));

describe('A value that is handed on in one process', () => {
  it('A12: is what its text would have been read as', () => {
    fc.assert(
      fc.property(values, (value) => {
        const response = { answers: [value] } as unknown as OwnerResponse;
        expect(asReceived(response)).toStrictEqual(JSON.parse(JSON.stringify(response)));
      }),
    );
  });

  it('A12: keeps amounts, beyond what a double holds too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), unset, (amount, label) => {
        const request = { commands: [{ type: 'payment.authorize', amount, label }] } as unknown as OwnerRequest;
        expect(asReceived(request)).toStrictEqual(decodeOwnerRequest(encodeOwnerRequest(request)));
      }),
    );
  });

  it('shares no object with what it came from', () => {
    const given = { labels: { team: 'a' }, lists: [{ allow: ['x'] }] };
    const received = asReceived(given);
    received.labels.team = 'b';
    received.lists[0]!.allow.push('y');
    expect(given).toEqual({ labels: { team: 'a' }, lists: [{ allow: ['x'] }] });
  });
});
