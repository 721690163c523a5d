import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from '#domain';
import { renderReceipt, type ProvenEvent } from './answers-receipt.js';
import { receiptSchema } from './answers-receipt-schemas.js';

const HEX = '0190000000007000800000000000000a';
const time = Date.UTC(2026, 0, 1, 12);
const issuer = 'ledger:main';
const decline = {
  code: 'session_budget_exceeded',
  scope: { kind: 'session', id: 'ses_0' },
  asset: 'USD',
  limit: '40000',
  spent: '0',
  held: '0',
  requested: '50000',
  remaining: '40000',
};

function event(type: string, fields: object = {}): BookEvent {
  return {
    version: 1,
    org: 'org_0',
    sequence: 7,
    time,
    by: 'key_0',
    payment_id: `pay_${HEX}`,
    amount: '50000',
    asset: 'USD',
    payer: { agent_id: 'agt_1', handle: 'planner', wallet_id: 'wal_1' },
    payee: { agent_id: 'agt_2', handle: 'writer' },
    protocol: 'direct',
    session_id: 'ses_1',
    labels: { label: 'goal=draft' },
    authorized_at: time,
    policy: 4,
    postings: [],
    windows: [],
    type,
    ...fields,
  } as unknown as BookEvent;
}

/** One second apart, each with a hash of its own. */
function recorded(...events: BookEvent[]): ProvenEvent[] {
  return events.map((one, index) => ({
    event: { ...one, time: time + 1000 * index + 1 },
    position: `3:${index + 1}`,
    event_hash: String(index).repeat(64),
  }));
}

const authorized = event('payment.authorized', { expires_at: time + 900_000 });
const captured = event('payment.captured', {
  captured: '30000',
  captured_total: '30000',
  released: '20000',
  final: true,
});
const refund = (total: number) =>
  event('payment.refunded', {
    refund_id: `rfd_${total}`,
    refunded: '1',
    refunded_total: String(total),
    captured_total: '30000',
    reason: 'half of it',
  });
const surroundings = { session_path: ['ses_1', 'ses_0'], on_behalf_of: { agent_id: 'agt_0', handle: 'boss' } };
const render = (...events: BookEvent[]) => renderReceipt(recorded(...events), surroundings, issuer);

/** What is answered beside the signature, without members that are absent. */
const answered = (claims: object): unknown => JSON.parse(JSON.stringify({ ...claims, jws: 'a.b.c' }));

describe('The claims of a receipt', () => {
  it('D4 D7: say all of a captured payment, and are the same whenever they are made', () => {
    const claims = render(authorized, captured, refund(1));
    expect(JSON.stringify(claims)).toBe(JSON.stringify(render(authorized, captured, refund(1))));
    expect(answered(claims)).toEqual({
      receipt_id: `rcpt_${HEX}`,
      payment_id: `pay_${HEX}`,
      iss: issuer,
      iat: time / 1000 + 2,
      org: 'org_0',
      book: 'payer',
      status: 'refunded',
      amount: '0.05',
      amount_held: '0',
      amount_captured: '0.03',
      amount_refunded: '0.000001',
      currency: 'USD',
      decimals: 6,
      asset: 'USD',
      payer: { agent_id: 'agt_1', handle: 'planner' },
      on_behalf_of: { agent_id: 'agt_0', handle: 'boss' },
      payee: { agent_id: 'agt_2', handle: 'writer' },
      protocol: 'direct',
      session_id: 'ses_1',
      session_path: ['ses_1', 'ses_0'],
      labels: { label: 'goal=draft' },
      category: null,
      decided_at: '2026-01-01T12:00:00.000Z',
      recorded_at: '2026-01-01T12:00:02.001Z',
      decided: { position: '3:1', event_hash: '0'.repeat(64) },
      recorded: { position: '3:3', event_hash: '2'.repeat(64) },
      within_cap: true,
      policy_version: 4,
      refunds: [
        { refund_id: 'rfd_1', amount: '0.000001', reason: 'half of it', recorded_at: '2026-01-01T12:00:02.001Z' },
      ],
      refusals: [],
      jws: 'a.b.c',
    });
  });

  it('D7: of a refused payment name the rule with its figures, and no advice that another version could word anew', () => {
    const claims = render(event('payment.declined', { decline }));
    expect(answered(claims)).toMatchObject({
      status: 'declined',
      within_cap: false,
      amount_held: '0',
      amount_captured: '0',
      decline: {
        code: 'session_budget_exceeded',
        scope: { kind: 'session', id: 'ses_0' },
        limit: '0.04',
        requested: '0.05',
        remaining: '0.04',
      },
    });
    expect(Object.keys(claims.book === 'payer' ? claims.decline! : {})).not.toContain('action');
    expect(Object.keys(claims.book === 'payer' ? claims.decline! : {})).not.toContain('retryable');
  });

  it.each(['payment.capture_refused', 'payment.refund_refused', 'payment.approval_refused'])(
    'D7: say that a later step was refused, by which rule, and that nothing came of it: %s',
    (type) => {
      const claims = render(authorized, event(type, { decline }));
      expect(answered(claims)).toMatchObject({
        status: 'authorized',
        within_cap: true,
        amount_held: '0.05',
        refusals: [
          { type, position: '3:2', event_hash: '1'.repeat(64), decline: { code: decline.code, limit: '0.04' } },
        ],
      });
      expect(answered(claims)).not.toHaveProperty('decline');
    },
  );

  it('D7 D20: say what the payment was for, as its decision recorded it: the request’s id, and of the memo the hash alone', () => {
    const said = { request_id: 'order 17', memo_hash: 'salted' };
    // Only the event that decides has the memo's hash.
    const claims = render(event('payment.authorized', { expires_at: time, ...said }), {
      ...captured,
      request_id: 'order 17',
    } as BookEvent);
    expect(answered(claims)).toMatchObject(said);
    expect(answered(render(event('payment.declined', { decline, ...said })))).toMatchObject(said);
    for (const claimed of [claims, render(event('payment.declined', { decline, ...said }))])
      expect(receiptSchema.safeParse(answered(claimed)).error).toBeUndefined();
    for (const name of Object.keys(said)) expect(answered(render(authorized, captured))).not.toHaveProperty(name);
  });

  it('D15: of a payment to another org say whether the money has arrived', () => {
    const abroad = { payee: { payee_org: 'org_9', handle: 'shop' } };
    const transferred = event('payment.transferred', abroad);
    const settled = event('clearing.settled', abroad);
    expect(render(transferred)).toMatchObject({ settlement: 'in_clearing', payee: abroad.payee });
    expect(render(transferred, settled)).toMatchObject({ settlement: 'settled', recorded: { position: '3:2' } });
  });

  it('D15 F7: in the payee’s org say what reached it, and nothing of the payer’s budgets', () => {
    const credited = event('clearing.credited', {
      source: { source_org: 'org_8', payment: `pay_${HEX}`, handle: 'planner' },
      payee: { agent_id: 'agt_2', handle: 'writer' },
      amount: '30000',
      request_id: 'order 17',
    });
    const claims = render(credited);
    expect(answered(claims)).toMatchObject({
      book: 'payee',
      status: 'credited',
      amount: '0.03',
      payer: { payer_org: 'org_8', handle: 'planner' },
      payee: { agent_id: 'agt_2', handle: 'writer' },
      request_id: 'order 17',
      decided: { position: '3:1' },
    });
    for (const name of ['session_id', 'session_path', 'labels', 'on_behalf_of', 'within_cap', 'protocol'])
      expect(claims).not.toHaveProperty(name);
    expect(receiptSchema.safeParse(answered(claims)).error).toBeUndefined();
  });

  it('H1: name a bounded number of refunds and refusals, the latest; the sum counts all', () => {
    const refunds = Array.from({ length: 150 }, (_, index) => refund(index + 1));
    const refusals = Array.from({ length: 150 }, () => event('payment.refund_refused', { decline }));
    const claims = render(authorized, captured, ...refunds, ...refusals);
    expect(claims.refunds).toHaveLength(100);
    expect(claims.refunds.at(-1)).toMatchObject({ refund_id: 'rfd_150' });
    expect(claims.amount_refunded).toBe('0.00015');
    expect(claims.refusals).toHaveLength(100);
    expect(claims.refusals.at(-1)).toMatchObject({ position: '3:302' });
  });

  it('of every state of a payment look as they are described', () => {
    const histories = [
      [authorized],
      [authorized, captured, refund(1)],
      [authorized, event('payment.voided', { released: '50000', reason: 'requested' })],
      [authorized, event('payment.expired', { released: '50000' }), event('payment.capture_refused', { decline })],
      [authorized, event('payment.dispatched', { unknown_at: time }), event('payment.outcome_unknown')],
      [event('payment.transferred', { payee: { service: 'search' }, session_id: undefined, category: 'data' })],
      [event('payment.declined', { decline })],
      [event('payment.pending_approval', { expires_at: time, approval_id: `apr_${HEX}` })],
    ];
    for (const history of histories) {
      expect(receiptSchema.safeParse(answered(render(...history))).error).toBeUndefined();
    }
  });

  it('are not made of nothing, or without the event that decided', () => {
    expect(() => render()).toThrow();
    expect(() => render(captured)).toThrow(/begin with its decision/);
  });
});
