import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeOwnerRequest, encodeOwnerRequest, type OwnerRequest } from './wire.js';

const units = fc.bigInt({ min: 0n, max: 10n ** 20n });

/** Commands as far as what is written of them matters: amounts, and fields that are not set. */
const commands = fc.array(
  fc.record(
    {
      type: fc.constant('payment.authorize'),
      key: fc.string(),
      agent: fc.option(fc.string(), { nil: undefined }),
      labels: fc.dictionary(fc.string(), fc.string()),
      amount: units,
      budget: units,
      initial_amount: units,
    },
    { requiredKeys: ['type'] },
  ),
);

describe('Commands between services', () => {
  it('A12: have the same amounts when they are read, beyond what a double holds too', () => {
    fc.assert(
      fc.property(commands, (written) => {
        const request = { commands: written } as unknown as OwnerRequest;
        const before = structuredClone(written);
        expect(decodeOwnerRequest(encodeOwnerRequest(request))).toEqual({ commands: before });
        expect(written).toEqual(before);
      }),
    );
  });
});
