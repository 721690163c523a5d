import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE as DOLLAR, SCENARIO_ORG, type CommandInput } from '#testing';
import type { Credential, TransferSigned } from '../commands/index.js';
import type { PaymentTransferred } from '../events/index.js';
import { evolve } from '../evolve/index.js';
import { Book } from '../state/index.js';
import { explainPast, isPaymentDecision } from './explain-past.js';
import { requiredFacts } from './required-facts.js';
import { transferKey } from './transfer-signed.js';

const PAYER = `0x${'a'.repeat(40)}`;
const PAYEE = `0x${'b'.repeat(40)}`;
const OTHER_ORG = `org_${'7'.repeat(32)}`;
const nonceOf = (number: number): string => `0x${number.toString(16).padStart(64, '0')}`;

/** Two agents with an address each: `planner` pays, `writer` asks to be paid. */
function story(limits: Parameters<BookScenario['agent']>[1] = {}) {
  const book = new BookScenario();
  const planner = book.agent('planner', limits);
  const writer = book.agent('writer');
  const proof = { signature: '0x' };
  book.given({ type: 'agent.register_address', agent: 'planner', address: PAYER, proof });
  book.given({ type: 'agent.register_address', agent: 'writer', address: PAYEE, proof });
  const redeemer: Credential = { subject: writer, proof: 'writer proof' };
  const signed = (fields: Partial<TransferSigned> = {}): CommandInput => {
    const command = {
      type: 'payment.transfer_signed' as const,
      credential: { subject: planner, proven_by: 'settlement', address: PAYER } as Credential,
      authorization: { network: 'eip155:1651864179', token: `0x${'c'.repeat(40)}`, nonce: nonceOf(1) },
      redeemer,
      payee: { agent: writer, org: SCENARIO_ORG, address: PAYEE },
      amount: DOLLAR,
      asset: 'USD' as const,
      terms_hash: 'hash of what was signed',
      fingerprint: 'first attempt',
      ...fields,
    };
    return { ...command, key: fields.key ?? transferKey(command) };
  };
  const withNonce = (number: number, fields: Partial<TransferSigned> = {}): CommandInput =>
    signed({
      authorization: { network: 'eip155:1651864179', token: `0x${'c'.repeat(40)}`, nonce: nonceOf(number) },
      ...fields,
    });
  return { book, planner, writer, redeemer, signed, withNonce };
}

describe('A transfer that the payer’s wallet signed', () => {
  it('A1 D1: is authorized and captured in one decision, as an x402 payment of the agent whose address it is', () => {
    const { book, planner, writer, signed } = story();
    expect(book.given(signed())).toMatchObject({
      type: 'payment.transferred',
      protocol: 'x402',
      payer: { agent_id: planner },
      payee: { agent_id: writer },
      amount: '1000000',
      by: planner,
      key: `§signed:eip155:1651864179:0x${'c'.repeat(40)}:${PAYER}:${nonceOf(1)}`,
      terms_hash: 'hash of what was signed',
    });
    expect(book.agentOf('planner').totals['USD']).toMatchObject({ spent: DOLLAR, held: 0n });
    expect(book.wallet()[0]).toBe(999n * DOLLAR);
  });

  it('C5: is settled once: another attempt is a duplicate of the first payment, a retry of the same is answered as before', () => {
    const { book, signed } = story();
    const paid = book.given(signed()) as PaymentTransferred;
    const before = book.log.length;
    expect(book.refused(signed({ fingerprint: 'second attempt' }))).toEqual({
      code: 'duplicate_settlement',
      scope: { kind: 'payment', id: paid.payment_id },
    });
    expect(book.when(signed())).toMatchObject({ kind: 'replay', bound: { event: { payment_id: paid.payment_id } } });
    expect(book.log).toHaveLength(before);
  });

  it('C5: another nonce, network or token is another authorization', () => {
    const { book, signed, withNonce } = story();
    const authorization = { network: 'eip155:1651864179', token: `0x${'c'.repeat(40)}`, nonce: nonceOf(1) };
    book.given(signed());
    book.given(withNonce(2));
    book.given(signed({ authorization: { ...authorization, network: 'base-sepolia' } }));
    book.given(signed({ authorization: { ...authorization, token: `0x${'d'.repeat(40)}` } }));
    expect(book.agentOf('planner').totals['USD']).toMatchObject({ spent: 4n * DOLLAR, count: 4 });
  });

  it('C5: stays settled when its address goes to another agent of the org', () => {
    const { book, signed } = story();
    book.given(signed());
    const heir = book.agent('heir');
    book.given({ type: 'agent.remove_address', agent: 'planner', address: PAYER });
    book.given({ type: 'agent.register_address', agent: 'heir', address: PAYER, proof: { signature: '0x' } });
    const credential: Credential = { subject: heir, proven_by: 'settlement', address: PAYER };
    expect(book.refused(signed({ credential, fingerprint: 'second attempt' })).code).toBe('duplicate_settlement');
    expect(book.agentOf('heir').totals).toEqual({});
  });

  it('F7: of a nonce that was used for another payee tells nothing of that payment', () => {
    const { book, signed } = story();
    const reader = book.agent('reader');
    book.given(signed());
    const asked = {
      payee: { agent: reader, org: SCENARIO_ORG },
      redeemer: { subject: reader, proof: 'reader proof' },
      fingerprint: 'reader’s attempt',
    };
    expect(book.refused(signed(asked))).toEqual({
      code: 'duplicate_settlement',
      scope: { kind: 'request', id: 'nonce' },
    });
  });

  it('D7 D6: that a rule refuses is recorded once and stays refused, so that no payee trips a payer’s breaker with one', () => {
    const { book, signed, withNonce } = story({
      limits: [limit('payment', DOLLAR - 1n)],
      breakers: { declines_in_a_row: 3, limits: [] },
    });
    const refusal = book.refused(signed());
    expect(refusal).toMatchObject({ code: 'per_payment_limit_exceeded' });
    const before = book.log.length;
    for (let attempt = 0; attempt < 5; attempt++)
      expect(book.refused(signed({ fingerprint: `attempt ${attempt}` }))).toEqual(refusal);
    expect(book.log).toHaveLength(before);
    expect(book.agentOf('planner').status).toBe('active');
    book.refused(withNonce(2));
    book.refused(withNonce(3));
    expect(book.agentOf('planner').status).toBe('frozen');
  });

  it('A1 B2: counts against every cap, and is refused for want of money', () => {
    const { book, withNonce } = story({ limits: [limit('day', 2n * DOLLAR)] });
    book.given(withNonce(1));
    book.given(withNonce(2));
    expect(book.refused(withNonce(3))).toMatchObject({ code: 'window_limit_exceeded', spent: '2000000' });
    const poor = story();
    expect(poor.book.refused(poor.withNonce(1, { amount: 1001n * DOLLAR })).code).toBe('insufficient_funds');
    expect(poor.book.refused(poor.withNonce(2, { amount: 0n })).code).toBe('amount_not_positive');
  });

  it('cannot wait for an approval: above a threshold it is declined unless a grant covers it', () => {
    const { book, planner, writer, withNonce } = story({ approval_above: { amount: '500000', asset: 'USD' } });
    expect(book.refused(withNonce(1))).toEqual({
      code: 'approval_required',
      scope: { kind: 'agent', id: planner },
      rule: 'approval_above',
      asset: 'USD',
      limit: '500000',
      requested: '1000000',
    });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.declined', capture: true });
    expect(book.agentOf('planner').pending).toBeUndefined();
    book.given(withNonce(2, { amount: 500_000n }));
    book.given({ type: 'grant.create', payee: { agent: writer }, limit: limit('day', DOLLAR) });
    expect(book.given(withNonce(3))).toMatchObject({ type: 'payment.transferred', grant_id: expect.any(String) });
  });

  it('D4: is explained from the record as it was decided, refusals for want of an approval too', () => {
    const { book, withNonce } = story({ approval_above: { amount: '500000', asset: 'USD' } });
    book.refused(withNonce(1));
    book.given(withNonce(2, { amount: 400_000n }));
    book.refused(withNonce(3, { amount: 4000n * DOLLAR }));
    const decisions = book.log.filter(isPaymentDecision);
    expect(decisions).toHaveLength(3);
    for (const decision of decisions) {
      const before = new Book();
      for (const event of book.log.slice(0, book.log.indexOf(decision))) evolve(before, event);
      expect(explainPast(before, decision, book.settings).reproduced).toBe(true);
    }
  });

  describe('is refused, with nothing recorded,', () => {
    const { book, planner, writer, redeemer, signed } = story();
    const reader = book.agent('reader');
    book.given({ type: 'key.issue', key_id: 'key_f', role: 'finance', name: 'f', token_hash: 'f proof' });
    const by = (address: string, subject = planner): Credential => ({ subject, proven_by: 'settlement', address });
    it.each<[string, Partial<TransferSigned>, string]>([
      ['of an address of nobody', { credential: by(`0x${'e'.repeat(40)}`) }, 'address_not_registered'],
      ['of another agent’s address', { credential: by(PAYEE) }, 'address_not_registered'],
      ['of an agent that there is not', { credential: by(PAYER, 'agt_none') }, 'address_not_registered'],
      ['by the payer as its own redeemer', { redeemer: { subject: planner, proof: 'planner proof' } }, 'agent_not_own'],
      ['by a third agent', { redeemer: { subject: reader, proof: 'reader proof' } }, 'agent_not_own'],
      ['by a key that only reads', { redeemer: { subject: 'key_f', proof: 'f proof' } }, 'role_not_allowed'],
      ['by a wrong token of the payee', { redeemer: { subject: writer, proof: 'wrong' } }, 'credential_invalid'],
      ['by the word of an owner', { redeemer: { subject: 'owner', proven_by: 'owner' } }, 'credential_invalid'],
      ['by the payer’s signature as the redeemer’s', { redeemer: by(PAYEE, writer) }, 'credential_invalid'],
      [
        'by another org where the payee is of this one',
        { redeemer: { subject: 'key_x', proven_by: 'settlement', payee_org: OTHER_ORG } },
        'payment_not_found',
      ],
      ['to an address that is not the payee’s', { payee: { agent: writer, address: PAYER } }, 'payee_not_found'],
      [
        'to oneself',
        { payee: { agent: planner }, redeemer: { subject: planner, proof: 'planner proof' } },
        'payee_is_payer',
      ],
      ['to an agent that there is not', { payee: { agent: 'nobody' } }, 'payee_not_found'],
    ])('F7 D16: %s', (_what, fields, code) => {
      const before = book.log.length;
      expect(book.refused(signed(fields)).code).toBe(code);
      expect(book.log).toHaveLength(before);
    });

    it('D16: with a credential that is none, though it was vouched for elsewhere', () => {
      for (const credential of [redeemer, { subject: planner, proven_by: 'bus' } as const]) {
        const key = transferKey({ credential, authorization: { network: 'n', token: 't', nonce: 'o' } });
        expect(() => book.when(signed({ credential, key }))).toThrow('is known by the key of its authorization');
      }
    });
  });

  it('F1 F2: stops working the moment the address is removed, or the agent or one above it is revoked', () => {
    const { book, planner, withNonce } = story();
    book.given(withNonce(1));
    book.given({ type: 'agent.remove_address', agent: 'planner', address: PAYER });
    expect(book.refused(withNonce(2)).code).toBe('address_not_registered');
    book.given({ type: 'agent.register_address', agent: 'planner', address: PAYER, proof: { signature: '0x' } });
    book.given(withNonce(2));
    book.given({ type: 'agent.revoke', agent: 'planner' });
    expect(book.refused(withNonce(3))).toEqual({ code: 'agent_revoked', scope: { kind: 'agent', id: planner } });
  });

  it('F1: of a frozen agent is refused by rule', () => {
    const { book, withNonce } = story();
    book.given({ type: 'agent.freeze', agent: 'planner', reason: 'why not' });
    expect(book.refused(withNonce(1))).toMatchObject({ code: 'agent_frozen' });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.declined' });
  });

  it('D15: to an agent of another org is asked for by that org, for whom settlement vouches', () => {
    const { book, withNonce } = story();
    const payee = { agent: 'agt_theirs', org: OTHER_ORG, address: PAYEE };
    const theirs = { agent_id: 'agt_theirs', handle: 'seller' };
    const vouched = { subject: 'agt_theirs', proven_by: 'settlement', payee_org: OTHER_ORG } as const;
    const paid = book.given(withNonce(1, { payee, redeemer: { ...vouched, payee: theirs } }));
    expect(paid).toMatchObject({ payee: { payee_org: OTHER_ORG, handle: 'agt_theirs' } });
    expect(book.refused(withNonce(1, { payee, redeemer: vouched, fingerprint: 'again' }))).toMatchObject({
      code: 'duplicate_settlement',
      scope: { kind: 'payment' },
    });
    const stranger = { ...vouched, payee: { agent_id: 'agt_other', handle: 'other' } };
    expect(book.refused(withNonce(2, { payee, redeemer: stranger })).code).toBe('payment_not_found');
    expect(book.refused(withNonce(2, { payee })).code).toBe('payment_not_found');
  });

  it('may be asked for by the payee’s token on the bus, by an agent above it and by a key of the org', () => {
    const { book, writer, withNonce } = story();
    const above = book.agent('above');
    const below = book.agent('below', { parent_agent: 'above' });
    book.given(withNonce(1, { redeemer: { subject: writer, proven_by: 'bus' } }));
    book.given(withNonce(2, { redeemer: { subject: 'key_admin', proof: 'admin proof' } }));
    book.given(withNonce(3, { payee: { agent: below }, redeemer: { subject: above, proof: 'above proof' } }));
    expect(book.agentOf('planner').totals['USD']).toMatchObject({ spent: 3n * DOLLAR, count: 3 });
  });

  it('C1: says before it is decided under which key the log is to be asked for it', () => {
    const { book, signed } = story();
    const command = { ...signed(), org: SCENARIO_ORG, fresh_id: 'f' } as TransferSigned;
    expect(requiredFacts(book.state, command)).toEqual({ keys: [{ scope: SCENARIO_ORG, key: command.key }] });
  });
});
