import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, SCENARIO_ORG, type CommandInput } from '#testing';
import { CycleFacts } from '../facts.js';
import { parseAmount } from '../money.js';
import { Book } from '../state/index.js';
import { RefusedSignal } from './context.js';
import { authenticateQuery, decide } from './index.js';

describe('What every event and question has', () => {
  it('C1 D6 given a key without a fingerprint, then its fingerprint is empty, and the key is bound by that', () => {
    const book = new BookScenario();
    const command: CommandInput = { ...book.openSession(1n), key: 'k' };
    expect(book.given(command)).toMatchObject({ key: 'k', fingerprint: '' });
    expect(book.when(command).kind).toBe('replay');
    expect(book.refused({ ...command, fingerprint: 'f' }).code).toBe('idempotency_key_conflict');
  });

  it('D3 given a payment by a registered agent, then no event of it has fields that were not given', () => {
    const book = new BookScenario();
    const payment_id = book.hold(1n, { agent: book.agent('worker') });
    const decision = book.consider({ type: 'payment.void', payment_id });
    const [voided] = decision.kind === 'record' ? decision.events : [];
    expect(voided).toMatchObject({ type: 'payment.voided' });
    for (const field of ['first_use', 'category', 'session_id', 'key']) expect(voided).not.toHaveProperty(field);
  });

  it('D16 F4 given a question, then who asks is verified at the book’s time, which never goes back', () => {
    const book = new BookScenario();
    const subject = book.agent('worker');
    const query = (credential: typeof ADMIN) =>
      ({ type: 'query.organization', org: SCENARIO_ORG, fresh_id: '', credential }) as const;
    expect(authenticateQuery(book.state, query(ADMIN), 0)).toMatchObject({ kind: 'key', role: 'admin' });
    book.given({ type: 'agent.rotate_token', agent: 'worker', token_hash: 'new', overlap_ms: 1000 });
    const old = query({ subject, proof: 'worker proof' });
    expect(authenticateQuery(book.state, old, book.now + 999)).toMatchObject({ kind: 'agent' });
    expect(() => authenticateQuery(book.state, old, book.now + 1000)).toThrow(RefusedSignal);
    book.passTime(1000);
    book.given({ type: 'key.issue', key_id: 'key_x', role: 'finance', name: '', token_hash: '' });
    expect(() => authenticateQuery(book.state, old, 0)).toThrow(RefusedSignal);
    expect(() => authenticateQuery(new Book(), query(ADMIN), 0)).toThrow(RefusedSignal);
  });

  it('A7 given a fault while it is decided, then there is no decision', () => {
    const book = new BookScenario();
    const facts = new CycleFacts();
    facts.boundKey = () => {
      throw new Error('lost');
    };
    const input = book.payment(1n, { agent: book.agent('worker'), key: 'k' });
    const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input };
    expect(() => decide(book.state, facts, command, book.now, book.settings)).toThrow('lost');
  });

  it('A12 given zeros before an amount, however many, then they say nothing', () => {
    expect(parseAmount('0000000000000000000001.5', 'USD', 'string')).toEqual({ units: 1_500_000n });
  });
});
