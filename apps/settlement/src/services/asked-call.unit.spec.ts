import { describe, expect, it } from '@jest/globals';
import { requestOf } from '../../test-support/scripted.js';
import { holdCommand } from './asked-call.js';

type Priced = Parameters<typeof holdCommand>[1];

const priced = (fields: object = {}): Priced =>
  ({
    asked: { service: 'search', payload: { query: 'x' }, ...fields },
    service: { definition: { name: 'search' } },
    call: { estimate: 5n },
  }) as unknown as Priced;
const first = { attempt: 0, fresh_id: '0'.repeat(32), request_hash: 'v1:hash', dispatched_for_ms: 1_000 };

describe('the hold for a call', () => {
  it('C1: has a fresh key where it was drawn with a request that nobody has asked before, at its first attempt', () => {
    const asked = requestOf('{}', { is_first: true });
    expect(holdCommand(asked, priced(), first)).toMatchObject({ key: `edge-${asked.fresh_id}`, fresh_key: true });
    const others = [
      holdCommand(asked, priced(), { ...first, attempt: 1 }),
      holdCommand(asked, priced({ idempotency_key: 'k' }), first),
      holdCommand({ ...asked, key: 'k' }, priced(), first),
      holdCommand(requestOf('{}'), priced(), first),
    ];
    expect(others.map(({ fresh_key }) => fresh_key)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
