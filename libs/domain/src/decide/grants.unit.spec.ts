import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, SCENARIO_ORG, type CommandInput } from '#testing';

const DAY = 86_400_000;

describe('A standing grant', () => {
  const ready = (): BookScenario => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: { amount: '10', asset: 'USD' } });
    book.agent('bob', { approval_above: { amount: '10', asset: 'USD' } });
    return book;
  };
  const grant = (book: BookScenario, fields: Partial<Extract<CommandInput, { type: 'grant.create' }>> = {}): string => {
    const event = book.given({
      type: 'grant.create',
      agent: 'ada',
      payee: { service: 'search' },
      limit: limit('day', 50n),
      ...fields,
    });
    return (event as { grant_id: string } & typeof event).grant_id;
  };
  const outcome = (book: BookScenario, amount: bigint, fields: object = {}): string =>
    book.given(book.payment(amount, { agent: 'ada', ...fields })).type;
  const WAITS = 'payment.pending_approval';

  it('A1 given a grant, when it is used up to the unit, then no payment passes that it does not cover whole', () => {
    const book = ready();
    const id = grant(book);
    expect(book.given(book.payment(20n, { agent: 'ada', capture: true }))).toMatchObject({
      type: 'payment.transferred',
      grant_id: id,
    });
    expect(outcome(book, 31n)).toBe(WAITS);
    expect(outcome(book, 30n)).toBe('payment.authorized');
    expect(outcome(book, 11n)).toBe(WAITS);
    // Below the threshold nothing is asked, and nothing counts.
    expect(outcome(book, 10n)).toBe('payment.authorized');
    expect(book.state.grants.get(id)!.limit.usages).toMatchObject([{ spent: 20n, held: 30n }]);
  });

  it('A1 given what came of payments, then voids and partial captures give back to the grant, refunds do not', () => {
    const book = ready();
    grant(book);
    const held = book.hold(30n, { agent: 'ada' });
    book.given({ type: 'payment.capture', payment_id: held, amount: 12n, final: true });
    book.given({ type: 'payment.refund', payment_id: held });
    const voided = book.hold(38n, { agent: 'ada' });
    expect(outcome(book, 11n)).toBe(WAITS);
    book.given({ type: 'payment.void', payment_id: voided });
    expect(outcome(book, 39n)).toBe(WAITS);
    expect(outcome(book, 38n)).toBe('payment.authorized');
  });

  it('E1 given a grant per day, when the next day comes, then it starts anew; one for life does not', () => {
    const book = ready();
    const daily = grant(book);
    expect(outcome(book, 50n)).toBe('payment.authorized');
    book.passTime(DAY);
    expect(outcome(book, 50n)).toBe('payment.authorized');
    book.given({ type: 'grant.revoke', grant_id: daily });
    grant(book, { limit: limit('lifetime', 20n) });
    expect(outcome(book, 20n)).toBe('payment.authorized');
    book.passTime(40 * DAY);
    expect(outcome(book, 11n)).toBe(WAITS);
  });

  it('given grants of others, of other payees or assets, or that are over or revoked, then they cover nothing', () => {
    const book = ready();
    grant(book, { agent: 'bob' });
    grant(book, { payee: { service: 'other' } });
    grant(book, { payee: { agent: 'bob' } });
    grant(book, { limit: limit('day', 50n, { asset: 'JPY' }) });
    const revoked = grant(book, { agent: undefined });
    expect(outcome(book, 11n)).toBe('payment.authorized');
    book.given({ type: 'grant.revoke', grant_id: revoked });
    expect(outcome(book, 11n)).toBe(WAITS);
    grant(book, { expires_in_ms: 1000 });
    expect(outcome(book, 11n)).toBe('payment.authorized');
    book.passTime(1000);
    expect(outcome(book, 11n)).toBe(WAITS);
    expect(outcome(book, 11n, { payee: { agent: 'bob' } })).toBe('payment.authorized');
  });

  it('D3 given several grants that cover a payment, then it draws on the oldest, in whichever order they are looked at', () => {
    const book = ready();
    grant(book, { fresh_id: 'f'.repeat(32) });
    const oldest = grant(book, { fresh_id: '1'.repeat(32) });
    grant(book, { fresh_id: 'e'.repeat(32) });
    expect(book.given(book.payment(11n, { agent: 'ada' }))).toMatchObject({ grant_id: oldest });
  });

  it('A6 given a grant for an agent, when another agent is paid, here or in another org, then it does not cover that', () => {
    const book = ready();
    book.agent('carl');
    grant(book, { payee: { agent: 'bob' } });
    expect(outcome(book, 11n, { payee: { agent: 'bob' } })).toBe('payment.authorized');
    for (const payee of [{ agent: 'carl' }, { agent: 'bob', org: `org_${'7'.repeat(32)}` }])
      expect(outcome(book, 11n, { payee })).toBe(WAITS);
  });

  it('A10 given a grant for any agent and for good, then it has neither an agent nor an end', () => {
    const book = ready();
    const id = grant(book, { agent: undefined });
    expect(Object.keys(book.state.grants.get(id)!).toSorted()).toEqual(['id', 'limit', 'payee', 'policy_version']);
  });

  it('A1 given a covered payment, then every cap still binds', () => {
    const book = ready();
    grant(book);
    book.given({ type: 'agent.change', agent: 'ada', limits: [limit('payment', 15n)] });
    expect(book.tryHold(16n, { agent: 'ada' })).toMatchObject({ code: 'per_payment_limit_exceeded' });
  });

  it('F6 C1 given the commands of grants, then operators only give and revoke them, once for each key', () => {
    const book = ready();
    const ada = { credential: { subject: book.agentOf('ada').id, proof: 'ada proof' } };
    const create: CommandInput = { type: 'grant.create', payee: { service: 'search' }, limit: limit('day', 1n) };
    expect(book.refused({ ...create, ...ada }).code).toBe('role_not_allowed');
    expect(book.refused({ ...create, limit: limit('day', 0n) }).code).toBe('amount_not_positive');
    expect(book.when({ ...create, key: 'k', fingerprint: 'f' }).kind).toBe('record');
    expect(book.when({ ...create, key: 'k', fingerprint: 'f' }).kind).toBe('replay');
    expect(book.refused({ type: 'grant.revoke', grant_id: 'grt_0' }).code).toBe('grant_not_found');
    const revoke = { type: 'grant.revoke', grant_id: grant(book), key: 'r', fingerprint: 'f' } as const;
    expect([book.when(revoke).kind, book.when(revoke).kind]).toEqual(['record', 'replay']);
  });

  it('H1 given a thousand grants, when another is made, then it is refused until some are over', () => {
    const book = ready();
    for (let made = 0; made < 1000; made++) grant(book, { expires_in_ms: 1000 });
    expect(book.refused({ type: 'grant.create', payee: { service: 'x' }, limit: limit('day', 1n) })).toEqual({
      code: 'grants_too_many',
      scope: { kind: 'organization', id: SCENARIO_ORG },
      limit: '1000',
      requested: '1',
    });
    book.passTime(1000);
    grant(book);
    expect([...book.state.grants.values()]).toHaveLength(1);
  });
});
