import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';
import type { LimitDefinition } from '../limits.js';

const limit = (fields: Partial<LimitDefinition> & { maximum: string }): LimitDefinition => ({
  of: 'amount',
  per: 'day',
  asset: 'USD',
  ...fields,
});
const to = (service: string) => ({ agent: 'worker', payee: { service } });

describe('Limits on sessions, orgs and pairs', () => {
  it('A1 A4 given a limit on a session, then all that is paid below it counts, to the exact unit', () => {
    const book = new BookScenario();
    book.agent('worker');
    const root = book.session(1_000n, { limits: [limit({ maximum: '10' })] });
    const leaf = book.session(1_000n, { parent_session_id: root, mode: 'reserved', budget: 500n });
    expect(book.trySpend(6n, { agent: 'worker', session_id: leaf })).toBeUndefined();
    expect(book.trySpend(5n, { agent: 'worker', session_id: root })).toMatchObject({
      code: 'window_limit_exceeded',
      scope: { kind: 'session', id: root },
      rule: 'amount:day:USD',
      spent: '6',
      remaining: '4',
    });
    expect(book.trySpend(4n, { agent: 'worker', session_id: leaf })).toBeUndefined();
  });

  it('A1 given lifetime, held and count limits on a session, then each counts what is under it and gives back what ends', () => {
    const book = new BookScenario();
    book.agent('worker');
    const limits = [
      limit({ per: 'lifetime', maximum: '10' }),
      limit({ of: 'held', per: 'lifetime', maximum: '5' }),
      limit({ of: 'count', per: 'lifetime', maximum: '3' }),
    ];
    const session = book.session(1_000n, { limits });
    const within = { agent: 'worker', session_id: session };
    const hold = book.hold(5n, within);
    expect(book.refused(book.payment(1n, within))).toMatchObject({ code: 'held_limit_exceeded', held: '5' });
    book.given({ type: 'payment.void', payment_id: hold });
    expect(book.trySpend(5n, within)).toBeUndefined();
    expect(book.trySpend(6n, within)).toMatchObject({ code: 'lifetime_cap_exceeded', spent: '5' });
    expect(book.trySpend(1n, within)).toBeUndefined();
    expect(book.trySpend(1n, within)).toBeUndefined();
    expect(book.trySpend(1n, within)).toMatchObject({ code: 'count_limit_exceeded', spent: '3' });
  });

  it('A6 given a limit on an agent and a service, then other services are free of it, whatever session or label carries it', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit({ per: 'lifetime', maximum: '10', service: 'search' })] });
    const session = book.session(1_000n);
    expect(book.trySpend(100n, to('mail'))).toBeUndefined();
    expect(book.trySpend(7n, { ...to('search'), session_id: session })).toBeUndefined();
    expect(book.trySpend(4n, { ...to('search'), labels: { goal: 'x' } })).toMatchObject({
      code: 'lifetime_cap_exceeded',
      rule: 'amount:lifetime:USD:service=search',
      spent: '7',
      remaining: '3',
    });
    expect(book.trySpend(3n, to('search'))).toBeUndefined();
  });

  it('given a limit on a session and a payee, then it is kept by the agent’s id and counts payments to that agent', () => {
    const book = new BookScenario();
    book.agent('worker');
    const friend = book.agent('friend');
    const session = book.session(1_000n, { limits: [limit({ of: 'count', maximum: '1', payee: 'friend' })] });
    const pay = { agent: 'worker', session_id: session, payee: { agent: 'friend' } };
    expect(book.trySpend(1n, pay)).toBeUndefined();
    expect(book.trySpend(1n, pay)).toMatchObject({ rule: `count:day:USD:payee=${friend}` });
    expect(book.trySpend(1n, { ...pay, payee: { service: 'search' } })).toBeUndefined();
  });

  it('A1 given a limit on the org, then what all agents spend counts together, and first-use agents too', () => {
    const book = new BookScenario();
    book.agent('worker');
    book.agent('other');
    book.given({ type: 'organization.change', limits: [limit({ maximum: '10' })] });
    expect(book.trySpend(6n, { agent: 'worker' })).toBeUndefined();
    expect(book.trySpend(3n, { agent: 'other' })).toBeUndefined();
    expect(book.trySpend(2n, { agent: 'newcomer' })).toMatchObject({ scope: { kind: 'organization' }, spent: '9' });
    expect(book.trySpend(1n, { agent: 'newcomer' })).toBeUndefined();
  });

  it('E5 given limits added to a live session, org and pair, then they start from what the log says was spent', () => {
    const book = new BookScenario();
    book.agent('worker');
    const root = book.session(1_000n);
    const leaf = book.session(500n, { parent_session_id: root });
    book.spend(6n, { ...to('search'), session_id: leaf });
    book.spend(3n, to('mail'));
    const [day, pair] = [limit({ maximum: '10' }), limit({ per: 'lifetime', maximum: '8', service: 'search' })];
    book.given({ type: 'session.change', session_id: root, limits: [day] });
    book.given({ type: 'agent.change', agent: 'worker', limits: [pair] });
    book.given({
      type: 'organization.change',
      limits: [limit({ maximum: '100' }), limit({ per: 'week', maximum: '11' })],
    });
    expect(book.trySpend(5n, { ...to('mail'), session_id: root })).toMatchObject({
      scope: { kind: 'organization' },
      spent: '9',
    });
    book.given({ type: 'organization.change', limits: [] });
    expect(book.trySpend(5n, { ...to('mail'), session_id: root })).toMatchObject({
      scope: { kind: 'session' },
      spent: '6',
    });
    expect(book.trySpend(3n, to('search'))).toMatchObject({ rule: 'amount:lifetime:USD:service=search', spent: '6' });
    expect(book.trySpend(2n, to('search'))).toBeUndefined();
  });

  it('A9 given limits in one asset only, then a payment in another is not free of them', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit({ maximum: '10', service: 'search' })] });
    expect(book.refused(book.payment(1n, { ...to('search'), asset: 'JPY' }))).toMatchObject({ code: 'asset_mismatch' });
    const inAnother = book.openSession(5n, { limits: [limit({ maximum: '1', asset: 'JPY' })] });
    expect(book.refused(inAnother)).toMatchObject({ code: 'asset_mismatch' });
  });

  it('D5 E3 given a refund after its window, then the session’s and the org’s present windows stay as they are', () => {
    const book = new BookScenario();
    book.agent('worker');
    const session = book.session(1_000n, { limits: [limit({ maximum: '10' })] });
    const payment = book.spend(10n, { ...to('search'), session_id: session });
    book.passTime(86_400_000);
    expect(book.trySpend(10n, { ...to('search'), session_id: session })).toBeUndefined();
    book.given({ type: 'payment.refund', payment_id: payment });
    expect(book.trySpend(1n, { ...to('search'), session_id: session })).toMatchObject({ spent: '10' });
  });
});
