import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import {
  details,
  HELD_AT,
  read,
  requestOf,
  requirements,
  resource,
  settlementWith,
} from '../../test-support/scripted.js';
import { resolveChallenge } from './resolve.js';

const held = (units = '50000'): OwnerAnswer =>
  ({
    kind: 'recorded',
    event: { type: 'payment.authorized', ...details, amount: units, expires_at: HELD_AT + 60_000 },
    position: '3:9',
  }) as unknown as OwnerAnswer;
const bodyFor = (fields: object = {}, more: object = {}) => ({
  challenge: { x402Version: 2, resource, accepts: [{ ...requirements, ...fields }] },
  ...more,
});

describe('a challenge that is met again', () => {
  it('C1: is one command more, the same but for its id, and answered alike', async () => {
    const { parts, asked } = settlementWith(held(), held());
    const [first, second] = [
      await resolveChallenge(parts, requestOf(bodyFor())),
      await resolveChallenge(parts, requestOf(bodyFor(), { fresh_id: '0190000000007000800000000000000b' })),
    ];
    expect(read(second)).toEqual(read(first));
    expect(asked[0]).toMatchObject({ key: 'edge-0190000000007000800000000000000a', amount: 50_000n });
    expect(asked[1]).toEqual({
      ...asked[0],
      fresh_id: '0190000000007000800000000000000b',
      key: 'edge-0190000000007000800000000000000b',
    });
  });

  it('F7: by another caller is asked of that caller’s book, in that caller’s session', async () => {
    const { parts, asked } = settlementWith(held(), held());
    await resolveChallenge(parts, requestOf(bodyFor()));
    const caller = { org: 'org_2', credential: { subject: 'ses_2', proof: 'its own' }, session_id: 'ses_2' };
    await resolveChallenge(parts, requestOf(bodyFor(), { caller }));
    expect(asked[1]).toMatchObject({ org: 'org_2', credential: caller.credential, session_id: 'ses_2' });
  });

  it('C1: has a fresh key where it was drawn with a request that nobody has asked before', async () => {
    const { parts, asked } = settlementWith(held(), held(), held(), held());
    const named = { ...bodyFor(), idempotency_key: 'edge-0190000000007000800000000000000a' };
    await resolveChallenge(parts, requestOf(bodyFor(), { is_first: true }));
    await resolveChallenge(parts, requestOf(bodyFor()));
    await resolveChallenge(parts, requestOf(named, { is_first: true }));
    await resolveChallenge(parts, requestOf(bodyFor({ extra: { nonce: 'n-1' } }), { is_first: true }));
    expect(asked.map((command) => command.fresh_key)).toEqual([true, undefined, undefined, undefined]);
  });

  it.each([
    ['amount', bodyFor({ amount: '70000' }), { amount: 70_000n }],
    ['payee', bodyFor({ payTo: 'printer' }), { payee: { agent: 'printer' } }],
    [
      'session',
      bodyFor({}, { session_id: 'ses_01900000000070008000000000000001' }),
      { session_id: expect.any(String) },
    ],
    ['label', bodyFor({}, { label: 'second' }), { labels: { label: 'second' } }],
  ])('C5: with another %s is another one', async (_what, body, expected) => {
    const { parts, asked } = settlementWith(held(), held('70000'));
    await resolveChallenge(parts, requestOf(bodyFor()));
    await resolveChallenge(parts, requestOf(body));
    expect(asked[0]).not.toMatchObject(expected);
    expect(asked[1]).toMatchObject(expected);
  });
});
