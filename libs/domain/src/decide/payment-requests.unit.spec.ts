import { beforeEach, describe, expect, it } from '@jest/globals';
import { BookScenario, ONE, OWNER, type CommandInput } from '#testing';
import {
  decide,
  type CancelPaymentRequest,
  type Credential,
  type Facts,
  type OpenPaymentRequest,
  type RequestOpened,
} from '#domain';

const THERE = 'org_00000000000070008000000000000002';

let book: BookScenario;
let payer: string;
let payee: string;

beforeEach(() => {
  book = new BookScenario();
  payer = book.agent('payer');
  payee = book.agent('payee');
});

const as = (agent: string, handle: string): Credential => ({ subject: agent, proof: `${handle} proof` });

function open(fields: Partial<OpenPaymentRequest> = {}): CommandInput {
  return {
    type: 'request.open',
    payee: 'payee',
    payer: { agent: 'payer' },
    amount: ONE,
    asset: 'USD',
    labels: {},
    ...fields,
  };
}

const opened = (fields: Partial<OpenPaymentRequest> = {}): string =>
  (book.given(open(fields)) as RequestOpened).request_id;
const cancel = (request_id: string, fields: object = {}): CommandInput => ({
  type: 'request.cancel',
  request_id,
  ...fields,
});
const decline = (request_id: string, fields: object = {}): CommandInput => ({
  type: 'request.decline',
  request_id,
  ...fields,
});

describe('Asking for money', () => {
  it('D7: records who asks whom for how much, once for a key, and moves and holds nothing', () => {
    const money = book.wallet();
    const before = book.log.length;
    const keyed = { key: 'ask', fingerprint: 'v1:ask', memo_hash: 'hash', expires_in_ms: 5_000 };
    const event = book.given(open({ ...keyed, labels: { job: '7' }, category: 'search' }));
    expect(event).toEqual({
      type: 'request.opened',
      version: 1,
      org: book.log[0]!.org,
      sequence: before + 1,
      time: book.now,
      by: 'key_admin',
      key: 'ask',
      fingerprint: 'v1:ask',
      request_id: expect.stringMatching(/^req_[0-9a-f]{32}$/),
      payee: { agent_id: payee, handle: 'payee' },
      payer: { agent_id: payer, handle: 'payer' },
      amount: '1000000',
      asset: 'USD',
      labels: { job: '7' },
      category: 'search',
      expires_at: book.now + 5_000,
      memo_hash: 'hash',
    });
    expect(book.when(open(keyed))).toMatchObject({ kind: 'replay', bound: { event: { sequence: before + 1 } } });
    expect(book.refused(open({ ...keyed, fingerprint: 'v1:other' })).code).toBe('idempotency_key_conflict');
    expect(book.wallet()).toEqual(money);
    expect(book.agentOf('payee').requests).toBe(1);
  });

  it('F7 D10: an agent asks in its own name and that of agents below it, and of no other', () => {
    const child = book.agent('child', { parent_agent: 'payee' });
    const credential = as(payee, 'payee');
    expect(book.given(open({ payee: undefined, credential }))).toMatchObject({ payee: { agent_id: payee }, by: payee });
    expect(book.given(open({ payee: 'child', credential }))).toMatchObject({ payee: { agent_id: child } });
    expect(book.refused(open({ payee: 'payer', payer: { agent: 'child' }, credential }))).toMatchObject({
      code: 'agent_not_own',
      scope: { kind: 'agent', id: payer },
    });
    const session = book.session(ONE, { agent: 'payee' });
    const token: Credential = { subject: session, proof: 'session proof' };
    expect(book.refused(open({ payee: 'payee', credential: token })).code).toBe('role_not_allowed');
  });

  it('D16: a finance key asks for nothing', () => {
    book.given({ type: 'key.issue', key_id: 'key_books', role: 'finance', name: 'books', token_hash: 'books proof' });
    const credential: Credential = { subject: 'key_books', proof: 'books proof' };
    expect(book.refused(open({ credential })).code).toBe('role_not_allowed');
  });

  it('what is asked for a scoped agent is asked for the agent whose money it spends', () => {
    book.given({
      type: 'agent.scope',
      agent: 'payee',
      scoped_agent_id: `agt_${'5'.repeat(32)}`,
      amount: ONE,
      asset: 'USD',
      labels: { goal: 'x' },
    });
    expect(book.given(open({ payee: `agt_${'5'.repeat(32)}` }))).toMatchObject({ payee: { agent_id: payee } });
  });

  it.each([
    ['nothing', { amount: 0n }, 'amount_not_positive'],
    ['an agent that is not there', { payer: { agent: 'nobody' } }, 'agent_not_found'],
    ['itself', { payer: { agent: 'payee' } }, 'payee_is_payer'],
    ['for one that is not there', { payee: 'nobody' }, 'agent_not_found'],
  ])('A12: asking %s is refused and leaves no trace', (_what, fields, code) => {
    const before = book.log.length;
    expect(book.refused(open(fields)).code).toBe(code);
    expect(book.log).toHaveLength(before);
  });

  it('F1: revoked agents neither ask nor are asked', () => {
    book.given({ type: 'agent.revoke', agent: 'payee' });
    expect(book.refused(open({ payee })).code).toBe('payee_not_found');
    book.agent('other');
    book.given({ type: 'agent.revoke', agent: 'payer' });
    expect(book.refused(open({ payee: 'other', payer: { agent: payer } })).code).toBe('agent_not_found');
  });

  it('an agent of another org is asked by the name that it is given, which only that org can tell', () => {
    expect(book.given(open({ payer: { agent: 'stranger', org: THERE } }))).toMatchObject({
      payer: { payer_org: THERE, handle: 'stranger' },
    });
    const own = { agent: 'payer', org: book.log[0]!.org };
    expect(book.given(open({ payer: own }))).toMatchObject({ payer: { agent_id: payer, handle: 'payer' } });
  });
});

describe('A payment request that nobody has paid', () => {
  it('is cancelled by its payee, once, and leaves the book’s memory', () => {
    const id = opened();
    const keyed = { key: 'end', fingerprint: 'v1:end', credential: as(payee, 'payee') };
    expect(book.given(cancel(id, keyed))).toMatchObject({ type: 'request.cancelled', request_id: id, by: payee });
    expect(book.when(cancel(id, keyed)).kind).toBe('replay');
    expect(book.state.requests.get(id)).toBeUndefined();
    expect(book.agentOf('payee').requests).toBe(0);
    const scope = { kind: 'payment_request', id };
    expect(book.refused(cancel(id))).toEqual({ code: 'payment_request_cancelled', scope });
    expect(book.refused(decline(id))).toEqual({ code: 'payment_request_cancelled', scope });
  });

  it('is declined by its payer, once', () => {
    const id = opened();
    expect(book.given(decline(id, { credential: as(payer, 'payer') }))).toMatchObject({
      type: 'request.declined',
      payee: { agent_id: payee },
      payer: { agent_id: payer },
    });
    expect(book.refused(decline(id)).code).toBe('payment_request_declined');
    expect(book.refused(cancel(id)).code).toBe('payment_request_declined');
  });

  it('F7: is cancelled by nobody but its payee and declined by nobody but its payer; for others it does not exist', () => {
    const id = opened();
    const stranger = book.agent('stranger');
    expect(book.refused(cancel(id, { credential: as(payer, 'payer') })).code).toBe('agent_not_own');
    expect(book.refused(decline(id, { credential: as(payee, 'payee') })).code).toBe('agent_not_own');
    for (const end of [cancel, decline])
      expect(book.refused(end(id, { credential: as(stranger, 'stranger') }))).toEqual({
        code: 'payment_request_not_found',
        scope: { kind: 'payment_request', id },
      });
    expect(book.refused(cancel(`req_${'0'.repeat(32)}`)).code).toBe('payment_request_not_found');
  });

  it('C1: is known by its own id only, and asks the log nothing for any other', () => {
    const id = opened();
    const facts: Facts = {
      boundKey: () => null,
      finishedPayment: () => null,
      creditedPayment: () => null,
      requestHistory: () => ({ opened: book.log.at(-1) as RequestOpened }),
      usage: () => undefined,
      decidedPayments: () => [],
    };
    for (const other of [id.replace('req_', 'pay_'), id.slice(4), id.toUpperCase(), `${id}0`, 'nobody']) {
      const command = {
        ...cancel(other),
        org: book.log[0]!.org,
        credential: as(payee, 'payee'),
        fresh_id: book.freshId(),
      } as CancelPaymentRequest;
      expect(decide(book.state, facts, command, book.now, book.settings)).toMatchObject({
        refusal: { code: 'payment_request_not_found', scope: { id: other } },
      });
    }
  });

  it('D15: one asked of another org is declined by the word of that org’s book alone', () => {
    const id = opened({ payer: { agent: 'stranger', org: THERE } });
    expect(book.refused(decline(id)).code).toBe('agent_not_own');
    expect(book.refused(decline(id, { credential: OWNER })).code).toBe('payment_request_not_found');
    const elsewhere = { credential: OWNER, payer_org: THERE.replace(/2$/, '3') };
    expect(book.refused(decline(id, elsewhere)).code).toBe('payment_request_not_found');
    const own = opened();
    expect(book.refused(decline(own, { credential: OWNER, payer_org: THERE })).code).toBe('payment_request_not_found');
    expect(book.given(decline(id, { credential: OWNER, payer_org: THERE }))).toMatchObject({
      type: 'request.declined',
      payer: { payer_org: THERE, handle: 'stranger' },
    });
  });

  it('E1: is over at its time, to the millisecond, with no job that says so', () => {
    const id = opened({ expires_in_ms: 1_000 });
    book.passTime(999);
    expect(book.consider(cancel(id)).kind).toBe('record');
    book.passTime(1);
    for (const end of [cancel, decline]) expect(book.refused(end(id)).code).toBe('payment_request_expired');
    expect(book.typesSince(book.log.length - 1)).toEqual(['request.opened']);
  });
});

describe('What a book keeps of payment requests', () => {
  it('H4: is bounded for each payee; those over by time make room, and the log still knows them', () => {
    const first = opened({ expires_in_ms: 1_000 });
    for (let more = 1; more < 1_000; more++) opened();
    expect(book.refused(open())).toEqual({
      code: 'payment_requests_too_many',
      scope: { kind: 'agent', id: payee },
      limit: '1000',
      requested: '1',
    });
    expect(book.consider(open({ payee: 'payer', payer: { agent: 'payee' } })).kind).toBe('record');
    book.passTime(1_000);
    opened();
    expect(book.state.requests.size).toBe(1_000);
    expect(book.agentOf('payee').requests).toBe(1_000);
    expect(book.state.requests.get(first)).toBeUndefined();
    expect(book.refused(cancel(first)).code).toBe('payment_request_expired');
    expect(book.refused(open()).code).toBe('payment_requests_too_many');
  });

  it('A8: counts on for a payee that was known by first use and is taken over', () => {
    book.spend(1n, { agent: 'seen' });
    const id = opened({ payee: 'seen' });
    book.agent('seen');
    expect(book.agentOf('seen').requests).toBe(1);
    book.given(cancel(id));
    expect(book.agentOf('seen').requests).toBe(0);
  });

  it('D4: replay gives the same book', () => {
    opened();
    book.given(cancel(opened()));
    const again = book.replayed();
    expect([...again.requests.values()]).toEqual([...book.state.requests.values()]);
    expect(again.agents.get(payee)).toEqual(book.agentOf('payee'));
  });
});
