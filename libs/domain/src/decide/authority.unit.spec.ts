import { describe, expect, it } from '@jest/globals';
import { agentWallet } from '../accounts.js';
import type { Credential } from '../commands/index.js';
import type { Role } from '../events/index.js';
import { CycleFacts } from '../facts.js';
import { Book } from '../state/index.js';
import { DEFAULT_DECIDE_SETTINGS } from './context.js';
import { decide } from './index.js';
import { ADMIN, BookScenario, limit, ONE, OWNER, SCENARIO_ORG, type CommandInput } from '#testing';

const ROLES: Role[] = ['admin', 'operator', 'orchestrator', 'finance'];

function withKeys(): { book: BookScenario; key: (role: Role) => Credential } {
  const book = new BookScenario();
  for (const role of ROLES)
    book.given({ type: 'key.issue', key_id: `key_the_${role}`, role, name: role, token_hash: `${role} hash` });
  return { book, key: (role) => ({ subject: `key_the_${role}`, proof: `${role} hash` }) };
}

describe('Who may do what', () => {
  const commands: [string, Role[], (book: BookScenario) => CommandInput][] = [
    ['pays', ['admin', 'operator', 'orchestrator'], (book) => book.payment(1n)],
    ['opens a session', ['admin', 'operator', 'orchestrator'], (book) => book.openSession(ONE)],
    [
      'registers an agent',
      ['admin', 'operator', 'orchestrator'],
      () => ({ type: 'agent.register', handle: 'new', limits: [], funding: 'treasury', token_hash: 'x' }),
    ],
    ['revokes an agent', ['admin', 'operator', 'orchestrator'], () => ({ type: 'agent.revoke', agent: 'worker' })],
    [
      'freezes an agent',
      ['admin', 'operator', 'orchestrator'],
      () => ({ type: 'agent.freeze', agent: 'worker', reason: '' }),
    ],
    ['changes an agent', ['admin', 'operator'], () => ({ type: 'agent.change', agent: 'worker', limits: [] })],
    [
      'tops up',
      ['admin', 'operator'],
      () => ({ type: 'topup', target: { wallet_id: `wal_${SCENARIO_ORG.slice(4)}_usd` }, amount: 1n, asset: 'USD' }),
    ],
    [
      'issues a key',
      ['admin'],
      () => ({ type: 'key.issue', key_id: 'key_new', role: 'admin', name: '', token_hash: 'x' }),
    ],
    [
      'lets back into an org that is locked out',
      [],
      () => ({ type: 'organization.issue_admin_key', key_id: 'key_new', name: '', token_hash: 'x' }),
    ],
    ['revokes a key', ['admin'], () => ({ type: 'key.revoke', key_id: 'key_the_finance' })],
  ];

  describe.each(commands)('when a key %s', (_what, allowed, command) => {
    it.each(ROLES)('D16 given its role is %s, then it passes exactly where the role allows it', (role) => {
      const { book, key } = withKeys();
      book.agent('worker');
      const before = book.log.length;
      const decision = book.when({ ...command(book), credential: key(role) });
      if (allowed.includes(role)) expect(decision.kind).toBe('record');
      else {
        expect(decision).toMatchObject({ kind: 'refuse', refusal: { code: 'role_not_allowed' } });
        expect(book.log.length).toBe(before);
      }
    });
  });

  it.each<[string, Credential]>([
    ['an unknown key', { subject: 'key_nobody', proof: 'x' }],
    ['a wrong proof', { subject: 'key_admin', proof: 'wrong' }],
    ['an empty proof', { subject: 'key_admin', proof: '' }],
    ['an unknown agent', { subject: `agt_${'0'.repeat(32)}`, proof: 'x' }],
    ['a service’s name', { subject: 'svc_settlement', proof: 'x' }],
    ['a session on the bus', { subject: `ses_${'0'.repeat(32)}`, proven_by: 'bus' }],
    ['an admin key beside a wrong session token', { ...ADMIN, session: { subject: 'ses_x', proof: 'x' } }],
    [
      'an admin key beside a key in place of a session',
      { ...ADMIN, session: { subject: 'key_admin', proof: 'admin proof' } },
    ],
  ])('F1 given %s, when it pays, then the credential is invalid and nothing is recorded', (_what, credential) => {
    const book = new BookScenario();
    const before = book.log.length;
    expect(book.refused({ ...book.payment(1n), credential }).code).toBe('credential_invalid');
    expect(book.log.length).toBe(before);
  });

  it('F1 given a revoked key, when it is used, then the credential is invalid, whatever it was an hour ago', () => {
    const { book, key } = withKeys();
    expect(book.tryHold(1n, { credential: key('operator') })).toBeUndefined();
    book.given({ type: 'key.revoke', key_id: 'key_the_operator' });
    expect(book.refused({ ...book.payment(1n), credential: key('operator') }).code).toBe('credential_invalid');
    expect(book.refused({ type: 'key.revoke', key_id: 'key_none' }).code).toBe('key_not_found');
  });

  it('F7 given a book without organization, when anything but its creation comes, then the organization is not found', () => {
    const decided = (command: CommandInput): unknown =>
      decide(
        new Book(),
        new CycleFacts(),
        { org: SCENARIO_ORG, fresh_id: '0'.repeat(32), credential: OWNER, ...command },
        0,
        DEFAULT_DECIDE_SETTINGS,
      );
    expect(decided({ type: 'session.close', session_id: 'ses_x' })).toMatchObject({
      refusal: { code: 'organization_not_found' },
    });
    const first_use = { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' };
    const create: CommandInput = {
      type: 'organization.create',
      name: '',
      default_asset: 'USD',
      first_use,
      admin_key: { key_id: 'key_x', token_hash: '' },
      initial_amount: 0n,
    };
    expect(decided({ ...create, credential: ADMIN })).toMatchObject({ refusal: { code: 'credential_invalid' } });
    expect(decided(create)).toMatchObject({ kind: 'record' });
    expect(new BookScenario().refused({ ...create, credential: OWNER }).code).toBe('organization_exists');
    expect(new BookScenario().refused({ ...create, credential: ADMIN }).code).toBe('role_not_allowed');
  });

  describe('when an agent’s token is used', () => {
    const agents = (): { book: BookScenario; parent: Credential; child: Credential } => {
      const book = new BookScenario();
      const parent = book.agent('parent');
      const child = book.agent('child', { parent_agent: 'parent' });
      book.agent('sibling');
      return {
        book,
        parent: { subject: parent, proof: 'parent proof' },
        child: { subject: child, proof: 'child proof' },
      };
    };

    it('D10 given no agent is named, then it pays itself; a descendant may be named, nobody else', () => {
      const { book, parent, child } = agents();
      expect(book.given(book.payment(1n, { credential: parent }))).toMatchObject({
        payer: { handle: 'parent' },
        by: parent.subject,
      });
      expect(book.given(book.payment(1n, { credential: parent, agent: 'child' }))).toMatchObject({
        payer: { handle: 'child' },
      });
      expect(book.refused({ type: 'agent.freeze', agent: 'child', reason: '', credential: parent })).toEqual({
        code: 'role_not_allowed',
        scope: { kind: 'agent', id: parent.subject },
      });
      expect(book.refused(book.payment(1n, { credential: { ...parent, proof: 'wrong' } as Credential }))).toEqual({
        code: 'credential_invalid',
        scope: { kind: 'agent', id: parent.subject },
      });
      for (const agent of ['sibling', 'unseen', 'default'])
        expect(book.refused(book.payment(1n, { credential: parent, agent })).code).toBe('agent_not_own');
      expect(book.refused(book.payment(1n, { credential: child, agent: 'parent' })).code).toBe('agent_not_own');
    });

    it('D10 given a hold of somebody else, then it can neither be captured nor voided, and stays', () => {
      const { book, child } = agents();
      const payment = book.hold(1n, { agent: 'sibling' });
      expect(book.refused({ type: 'payment.capture', payment_id: payment, final: true, credential: child }).code).toBe(
        'agent_not_own',
      );
      expect(book.refused({ type: 'payment.void', payment_id: payment, credential: child }).code).toBe('agent_not_own');
      expect(book.state.payments.get(payment)?.held).toBe(1n);
    });

    it('D16 given sessions, then only those opened for it or that list it are open to it', () => {
      const { book, parent, child } = agents();
      const own = book.session(ONE, { agent: 'parent' });
      const listed = book.session(ONE, { agent: 'sibling', participants: ['parent'] });
      const foreign = book.session(ONE, { agent: 'sibling' });
      const nobodys = book.session(ONE);
      const pay = (credential: Credential, session_id: string, agent?: string): string | undefined =>
        book.trySpend(1n, { credential, session_id, ...(agent === undefined ? {} : { agent }) })?.code;
      expect([pay(parent, own), pay(parent, listed)]).toEqual([undefined, undefined]);
      expect([pay(parent, foreign), pay(parent, nobodys)]).toEqual([
        'session_not_open_to_agent',
        'session_not_open_to_agent',
      ]);
      // A sub-agent's own token does not open the sessions of its parent; the parent may spend through it there.
      expect(pay(child, own)).toBe('session_not_open_to_agent');
      expect(pay(parent, own, 'child')).toBeUndefined();
      const childs = book.session(ONE, { agent: 'child' });
      expect(pay(parent, childs, 'child')).toBeUndefined();
      expect(pay(parent, childs)).toBe('session_not_open_to_agent');
    });

    it('D10 given a session funded from a wallet that it names itself, then its role does not allow it', () => {
      const { book, parent } = agents();
      const rich = book.agent('rich');
      book.spend(5n * ONE, { agent: 'sibling', payee: { agent: 'rich' } });
      const session = book.session(ONE, { agent: 'parent' });
      const open = book.openSession(ONE, {
        parent_session_id: session,
        wallet_id: agentWallet(rich, 'USD'),
        credential: parent,
      });
      expect(book.refused(open).code).toBe('role_not_allowed');
      expect(book.when({ ...open, credential: ADMIN }).kind).toBe('record');
    });

    it('D16 given a child session is opened under its own session, then it may; under another’s or at the root it may not', () => {
      const { book, parent } = agents();
      const own = book.session(ONE, { agent: 'parent' });
      const foreign = book.session(ONE, { agent: 'sibling' });
      expect(book.when({ ...book.openSession(1n, { parent_session_id: own }), credential: parent }).kind).toBe(
        'record',
      );
      expect(book.refused({ ...book.openSession(1n, { parent_session_id: foreign }), credential: parent }).code).toBe(
        'role_not_allowed',
      );
      expect(book.refused({ ...book.openSession(1n), credential: parent }).code).toBe('role_not_allowed');
    });

    it('D10 D16 given a child session for somebody else, then it is refused: the session’s token would pay as that agent', () => {
      const { book, parent } = agents();
      const own = book.session(ONE, { agent: 'parent' });
      const open = (agent?: string): CommandInput =>
        book.openSession(1n, { parent_session_id: own, credential: parent, ...(agent === undefined ? {} : { agent }) });
      for (const agent of ['sibling', 'unseen']) expect(book.refused(open(agent)).code).toBe('agent_not_own');
      expect(book.when(open('child')).kind).toBe('record');
      expect(book.given(open())).toMatchObject({ agent_id: parent.subject });
    });
  });

  describe('when a session’s token is used', () => {
    const sessions = (): { book: BookScenario; root: string; child: string; token: Credential } => {
      const book = new BookScenario();
      book.agent('holder');
      const root = book.session(ONE, { agent: 'holder', token_hash: 'root proof' });
      const child = book.session(ONE, { parent_session_id: root, agent: 'holder', token_hash: 'child proof' });
      return { book, root, child, token: { subject: child, proof: 'child proof' } };
    };

    it('D16 given no session is named, then the payment is in its session and paid by the session’s agent', () => {
      const { book, child, token } = sessions();
      expect(book.given(book.payment(1n, { credential: token }))).toMatchObject({
        session_id: child,
        payer: { handle: 'holder' },
      });
      expect(book.refused(book.payment(1n, { credential: token, agent: 'other' })).code).toBe('agent_not_own');
    });

    it('D16 given a session above or beside it is named, then it is not found', () => {
      const { book, root, token } = sessions();
      const beside = book.session(ONE, { parent_session_id: root });
      expect(book.refused(book.payment(1n, { credential: token, session_id: root })).code).toBe('session_not_found');
      expect(book.refused(book.payment(1n, { credential: token, session_id: beside })).code).toBe('session_not_found');
    });

    it('D16 given a session of nobody, then the org’s agent `default` pays', () => {
      const book = new BookScenario();
      book.agent('default');
      const subject = book.session(ONE);
      expect(book.given(book.payment(1n, { credential: { subject, proof: 'session proof' } }))).toMatchObject({
        payer: { handle: 'default' },
      });
    });

    it('D16 given a session below its own is named, then the payment is in that one', () => {
      const { book, root, child } = sessions();
      const token = { subject: root, proof: 'root proof' };
      expect(book.given(book.payment(1n, { credential: token, session_id: child }))).toMatchObject({
        session_id: child,
      });
    });

    it('D16 given holds in its session, below it and elsewhere, then it ends those of its own and no other', () => {
      const { book, root, child } = sessions();
      const token = { subject: root, proof: 'root proof' };
      const beside = book.session(ONE, { agent: 'holder' });
      const capture = (payment_id: string) => ({ type: 'payment.capture', payment_id, final: true }) as const;
      for (const session_id of [root, child])
        expect(book.when({ ...capture(book.hold(1n, { session_id })), credential: token }).kind).toBe('record');
      for (const payment_id of [book.hold(1n, { session_id: beside }), book.hold(1n, { agent: 'holder' })])
        expect(book.refused({ ...capture(payment_id), credential: token })).toEqual({
          code: 'role_not_allowed',
          scope: { kind: 'session', id: root },
        });
    });

    it('D16 given it stands beside an agent’s token or an org key, then what they pay is narrowed to its session', () => {
      const { book, root, child, token } = sessions();
      const other = book.agent('other');
      const beside = token as { subject: string; proof: string };
      const narrowed: Credential = { subject: other, proof: 'other proof', session: beside };
      expect(book.given(book.payment(1n, { credential: narrowed }))).toMatchObject({
        session_id: child,
        payer: { handle: 'other' },
      });
      expect(book.refused(book.payment(1n, { credential: narrowed, session_id: root })).code).toBe('session_not_found');
      const narrowedKey: Credential = { subject: 'key_admin', proof: 'admin proof', session: beside };
      expect(book.given(book.payment(1n, { credential: narrowedKey }))).toMatchObject({ session_id: child });
    });

    it('D10 D16 given it opens a child session, then that is paid by the same agent, and by no other', () => {
      const { book, token } = sessions();
      book.agent('other');
      const holder = book.state.handles.get('holder')!.agent_id;
      const open = (agent?: string): CommandInput =>
        book.openSession(1n, { credential: token, token_hash: 'handed', ...(agent === undefined ? {} : { agent }) });
      expect(book.refused(open('other')).code).toBe('agent_not_own');
      expect(book.given(open('holder'))).toMatchObject({ agent_id: holder });
      const handed = book.given(open());
      if (handed.type !== 'session.opened') throw new Error('was not opened');
      expect(handed.agent_id).toBe(holder);
      const paid = book.payment(1n, { credential: { subject: handed.session_id, proof: 'handed' } });
      expect(book.given(paid)).toMatchObject({ payer: { handle: 'holder' } });
    });

    it('D16 given its session is nobody’s, when it opens a child session, then the org’s default agent pays there too', () => {
      const { book } = sessions();
      book.agent('default');
      const nobodys = book.session(ONE, { token_hash: 'nobody proof' });
      const token: Credential = { subject: nobodys, proof: 'nobody proof' };
      expect(book.refused(book.openSession(1n, { credential: token, agent: 'holder' })).code).toBe('agent_not_own');
      const handed = book.given(book.openSession(1n, { credential: token, token_hash: 'handed' }));
      if (handed.type !== 'session.opened') throw new Error('was not opened');
      const paid = book.payment(1n, { credential: { subject: handed.session_id, proof: 'handed' } });
      expect(book.given(paid)).toMatchObject({ payer: { handle: 'default' } });
    });

    it('F5 given its session is closed, then it pays nothing more', () => {
      const { book, child, token } = sessions();
      book.given({ type: 'session.close', session_id: child, credential: token });
      expect(book.trySpend(1n, { credential: token })).toMatchObject({ code: 'session_closed', scope: { id: child } });
    });
  });

  it('D10 given labels of a caller, when it pays, then they are recorded and move spend out of no budget', () => {
    const book = new BookScenario();
    const session = book.session(1n, { labels: { goal: 'a' } });
    const paid = book.given(book.payment(1n, { session_id: session, labels: { goal: 'b', user: 'u' } }));
    expect(paid).toMatchObject({ labels: { goal: 'b', user: 'u' } });
    expect(book.trySpend(1n, { session_id: session, labels: { goal: 'other' } })?.code).toBe('session_budget_exceeded');
  });

  it('D6 given a deadline that has passed, when a command comes, then it is dropped undecided and binds nothing', () => {
    const book = new BookScenario();
    const command = book.payment(1n, { key: 'k', fingerprint: 'f' });
    expect(book.refused({ ...command, deadline: book.now - 1 }).code).toBe('deadline_passed');
    expect(book.when({ ...command, deadline: book.now }).kind).toBe('record');
  });

  it('F1 given a limit in no asset that is asked for, when an agent with limits pays in that asset, then it is refused', () => {
    const book = new BookScenario();
    book.agent('dollars', { limits: [limit('lifetime', ONE)] });
    expect(book.refused(book.payment(1n, { agent: 'dollars', asset: 'JPY' })).code).toBe('asset_mismatch');
  });
});
