import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE } from '#testing';

describe('Freezing and revoking', () => {
  const family = (): { book: BookScenario; parent: string; child: string; sibling: string } => {
    const book = new BookScenario();
    const parent = book.agent('parent');
    const child = book.agent('child', { parent_agent: 'parent' });
    const sibling = book.agent('sibling');
    return { book, parent, child, sibling };
  };

  it.each(['agent.freeze', 'agent.revoke'] as const)(
    'F3 given a family, when the parent meets %s, then it and its descendants stop, and siblings still spend',
    (type) => {
      const { book } = family();
      book.agent('grandchild', { parent_agent: 'child' });
      book.given({ type, agent: 'parent', reason: 'test' });
      const code = type === 'agent.freeze' ? 'agent_frozen' : 'agent_revoked';
      expect(book.trySpend(1n, { agent: 'parent' })).toMatchObject({ code, scope: { kind: 'agent' } });
      expect(book.trySpend(1n, { agent: 'child' })).toMatchObject({ code, scope: { kind: 'parent_agent' } });
      expect(book.trySpend(1n, { agent: 'grandchild' })).toMatchObject({ code, scope: { kind: 'parent_agent' } });
      expect(book.trySpend(1n, { agent: 'sibling' })).toBeUndefined();
    },
  );

  it('F3 given a child that is revoked, when its parent and sibling spend, then they pass', () => {
    const { book } = family();
    book.given({ type: 'agent.revoke', agent: 'child' });
    expect(book.trySpend(1n, { agent: 'parent' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'sibling' })).toBeUndefined();
  });

  it.each(['agent.freeze', 'agent.revoke'] as const)(
    'F2 given holds of a family, when the parent meets %s, then undispatched ones are voided and dispatched ones stay capturable',
    (type) => {
      const { book } = family();
      const undispatched = [book.hold(1n, { agent: 'parent' }), book.hold(2n, { agent: 'child' })];
      const dispatched = book.hold(4n, { agent: 'child' });
      const foreign = book.hold(8n, { agent: 'sibling' });
      book.given({ type: 'payment.dispatch', payment_id: dispatched });
      const from = book.log.length;
      book.given({ type, agent: 'parent', reason: 'test' });
      expect(book.typesSince(from)).toEqual([
        type === 'agent.freeze' ? 'agent.frozen' : 'agent.revoked',
        'payment.voided',
        'payment.voided',
      ]);
      expect(undispatched.some((id) => book.state.payments.get(id))).toBe(false);
      expect(book.state.payments.get(foreign)).toBeDefined();
      book.given({ type: 'payment.capture', payment_id: dispatched, amount: 3n, final: true });
      expect(book.wallet('service:search:USD')).toEqual([3n, 0n]);
      expect(book.wallet()).toEqual([1000n * ONE - 3n - 8n, 8n]);
    },
  );

  it('F1 given a revoked agent, when its token is used, then the credential is invalid, and so are those of its descendants', () => {
    const { book, parent, child } = family();
    book.given({ type: 'agent.revoke', agent: 'parent' });
    for (const [subject, handle] of [
      [parent, 'parent'],
      [child, 'child'],
    ] as const)
      expect(book.refused(book.payment(1n, { credential: { subject, proof: `${handle} proof` } })).code).toBe(
        'credential_invalid',
      );
    expect(book.refused(book.payment(1n, { credential: { subject: parent, proven_by: 'bus' } })).code).toBe(
      'credential_invalid',
    );
  });

  it('F1 given a revoked agent, when an org key pays for its handle, then it is declined, and never known anew by first use', () => {
    const { book } = family();
    book.given({ type: 'agent.revoke', agent: 'sibling' });
    const from = book.log.length;
    expect(book.trySpend(1n, { agent: 'sibling' })?.code).toBe('agent_revoked');
    expect(book.trySpend(1n, { agent: 'sibling' })?.code).toBe('agent_revoked');
    expect(book.typesSince(from)).toEqual(['payment.declined', 'payment.declined']);
  });

  it('C1 given a payment before the revocation, when its key comes again by handle, then the first answer is given', () => {
    const { book } = family();
    book.spend(1n, { agent: 'sibling', key: 'k', fingerprint: 'f' });
    book.given({ type: 'agent.revoke', agent: 'sibling' });
    expect(book.when(book.payment(1n, { agent: 'sibling', key: 'k', fingerprint: 'f' })).kind).toBe('replay');
  });

  it('F1 given a revoked handle, when it is registered again, then it is a clean identity and the old one stays revoked', () => {
    const { book, sibling } = family();
    book.spend(5n, { agent: 'sibling' });
    book.given({ type: 'agent.revoke', agent: 'sibling' });
    const again = book.agent('sibling', { limits: [limit('lifetime', 5n)] });
    expect(again).not.toBe(sibling);
    expect(book.trySpend(5n, { agent: 'sibling' })).toBeUndefined();
    expect(book.agentOf(sibling)).toMatchObject({ status: 'revoked', totals: { USD: { spent: 5n } } });
    expect(book.trySpend(1n, { agent: sibling })?.code).toBe('agent_revoked');
  });

  it('F1 given a revocation id, when it is used, then exactly its agent is revoked; an unknown one is not found', () => {
    const { book, child } = family();
    const revocation = `rev_${child.slice(4)}`;
    expect(book.refused({ type: 'agent.revoke', revocation_id: `rev_${'0'.repeat(32)}` }).code).toBe(
      'revocation_not_found',
    );
    book.given({ type: 'agent.revoke', revocation_id: revocation });
    expect(book.agentOf('child').status).toBe('revoked');
    expect(book.agentOf('parent').status).toBe('active');
    expect(book.given({ type: 'agent.revoke', revocation_id: revocation }).type).toBe('agent.revoked');
  });

  it('F1 given an agent’s token, when it revokes or freezes anybody, then its role does not allow it', () => {
    const { book, parent } = family();
    const credential = { subject: parent, proof: 'parent proof' };
    expect(book.refused({ type: 'agent.revoke', agent: 'child', credential }).code).toBe('role_not_allowed');
    expect(book.refused({ type: 'agent.freeze', agent: 'child', reason: '', credential }).code).toBe(
      'role_not_allowed',
    );
  });

  it('F5 given a frozen agent, when it is unfrozen, then it spends again and its voided holds stay voided', () => {
    const { book } = family();
    book.hold(7n, { agent: 'child' });
    book.given({ type: 'agent.freeze', agent: 'child', reason: 'test' });
    expect(
      book.refused({
        type: 'agent.register',
        handle: 'new',
        parent_agent: 'child',
        limits: [],
        funding: 'treasury',
        token_hash: '',
      }).code,
    ).toBe('agent_not_active');
    book.given({ type: 'agent.unfreeze', agent: 'child' });
    expect(book.trySpend(1n, { agent: 'child' })).toBeUndefined();
    expect(book.wallet()).toEqual([1000n * ONE - 1n, 0n]);
    expect(book.refused({ type: 'agent.unfreeze', agent: 'child' }).code).toBe('agent_not_frozen');
  });

  it('F2 given a hold captured in part, when the agent is revoked, then only what is still held is voided', () => {
    const { book } = family();
    const payment = book.hold(10n, { agent: 'sibling' });
    book.given({ type: 'payment.capture', payment_id: payment, amount: 4n, final: false });
    book.given({ type: 'agent.revoke', agent: 'sibling' });
    expect(book.log.at(-1)).toMatchObject({
      type: 'payment.voided',
      released: '6',
      captured_total: '4',
      reason: 'agent_revoked',
    });
    expect(book.agentOf('sibling').totals).toEqual({ USD: { spent: 4n, held: 0n, count: 1 } });
  });

  it('F4 given a token that is rotated with an overlap, when time passes, then the old one works until then and no longer', () => {
    const { book, child } = family();
    book.given({ type: 'agent.rotate_token', agent: 'child', token_hash: 'new proof', overlap_ms: 1000 });
    const pay = (proof: string): string | undefined =>
      book.trySpend(1n, { credential: { subject: child, proof } })?.code;
    expect([pay('child proof'), pay('new proof'), pay('')]).toEqual([undefined, undefined, 'credential_invalid']);
    book.passTime(1000);
    expect([pay('child proof'), pay('new proof')]).toEqual(['credential_invalid', undefined]);
  });
});
