import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, OWNER, SCENARIO_ORG, type CommandInput } from '#testing';
import type { Command } from '../commands/index.js';
import { CycleFacts } from '../facts.js';
import { decide } from './index.js';
import { redemptionKey } from './redeem.js';
import { requiredFacts } from './required-facts.js';
import { serviceStepKey } from './service-steps.js';

const commandOf = (book: BookScenario, input: CommandInput): Command => ({
  org: SCENARIO_ORG,
  credential: ADMIN,
  fresh_id: book.freshId(),
  ...input,
});

/** What is guessed beforehand, and what `decide` then asks for where nothing has been loaded. */
function facts(book: BookScenario, input: CommandInput) {
  const command = commandOf(book, input);
  const decision = decide(book.state, new CycleFacts(), command, book.now, book.settings);
  return { guessed: requiredFacts(book.state, command), asked: decision.kind === 'needs' ? decision.missing : {} };
}

const keyed = { key: 'k', fingerprint: 'f' } as const;

describe('Facts that a command will want', () => {
  it('D6 given a payment with a key, then the key is looked for where its payer has bound it', () => {
    const book = new BookScenario();
    const [worker, holder, standard] = ['worker', 'holder', 'default'].map((handle) => book.agent(handle));
    const session_id = book.session(10n, { agent: 'holder' });
    const nobodys = book.session(10n);
    const credential = { subject: worker!, proof: 'worker proof' };
    const payers: [object, string][] = [
      [{ agent: 'worker' }, worker!],
      [{ agent: worker }, worker!],
      [{ agent: 'worker', session_id }, worker!],
      [{ session_id }, holder!],
      [{ session_id: nobodys }, standard!],
      [{}, standard!],
      [{ credential }, worker!],
    ];
    for (const [fields, scope] of payers) {
      const expected = { keys: [{ scope, key: 'k' }] };
      expect(facts(book, book.payment(1n, { ...keyed, ...fields }))).toEqual({ guessed: expected, asked: expected });
    }
  });

  it('A5 given a payer that nobody has seen, or no key, then nothing can be bound, and nothing is looked for', () => {
    const book = new BookScenario();
    expect(facts(book, book.payment(1n, { ...keyed, agent: 'newcomer' }))).toEqual({ guessed: {}, asked: {} });
    expect(facts(book, book.payment(1n))).toEqual({ guessed: {}, asked: {} });
    expect(facts(book, book.payment(1n, { session_id: 'ses_unknown', ...keyed })).guessed).toEqual({});
  });

  it('C5 given a token, then its key is looked for where its hold does not tell by itself that it is new', () => {
    const book = new BookScenario();
    for (const handle of ['buyer', 'seller']) book.agent(handle);
    const held = (): string =>
      book.hold(10n, { agent: 'buyer', payee: { agent: 'seller' }, protocol: 'x402', terms_hash: 'v1:terms' });
    const redeemed = (payment_id: string, step: 'capture' | 'confirm' | 'release'): CommandInput => ({
      type: 'payment.redeem',
      payment_id,
      step,
      terms_hash: 'v1:terms',
      key: redemptionKey(step, payment_id),
      fingerprint: 'f',
    });
    const wanted = (payment_id: string, step: 'capture' | 'confirm' | 'release') => {
      const { guessed, asked } = facts(book, redeemed(payment_id, step));
      return [guessed.keys?.[0]?.key, asked.keys?.[0]?.key];
    };
    const [open, firm, ended] = [held(), held(), held()];
    book.given(redeemed(firm, 'confirm'));
    book.given(redeemed(ended, 'capture'));
    for (const step of ['capture', 'confirm', 'release'] as const) {
      const key = redemptionKey(step, ended);
      expect(wanted(open, step)).toEqual([undefined, undefined]);
      expect(wanted(ended, step)).toEqual([key, key]);
    }
    expect(wanted(firm, 'capture')).toEqual([undefined, undefined]);
    expect(wanted(firm, 'confirm')).toEqual([redemptionKey('confirm', firm), redemptionKey('confirm', firm)]);
  });

  it('C3 given settlement’s word on a call, then its key is looked for where the hold does not tell by itself that it is new', () => {
    const book = new BookScenario();
    book.agent('buyer');
    const called = (dispatched_for_ms?: number): string =>
      book.hold(10n, { agent: 'buyer', payee: { service: 'search' }, dispatched_for_ms });
    const credential = { subject: 'settlement', proven_by: 'settlement', service: 'search' } as const;
    const said = (fields: CommandInput): CommandInput => {
      const step = { ...fields, credential };
      return { ...step, key: serviceStepKey(commandOf(book, step))!, fingerprint: 'f' };
    };
    const isLookedFor = (step: CommandInput): boolean[] =>
      [facts(book, step).guessed, facts(book, step).asked].map(({ keys }) => keys?.[0]?.key === step.key);
    const [held, dispatched, ended] = [called(), called(1_000), called(1_000)];
    book.given(said({ type: 'payment.void', payment_id: ended }));
    for (const [payment_id, isEnded] of [
      [held, false],
      [dispatched, false],
      [ended, true],
    ] as const) {
      const capture = { type: 'payment.capture', payment_id } as const;
      for (const step of [{ ...capture, final: true }, { type: 'payment.void', payment_id } as const])
        expect(isLookedFor(said(step))).toEqual([isEnded, isEnded]);
      // A capture of a part would leave the hold open.
      expect(isLookedFor(said({ ...capture, final: false }))).toEqual([true, true]);
      // A key that any caller may have bound is always looked for.
      const own = { ...capture, final: true, credential, key: 'service-capture', fingerprint: 'f' };
      expect(isLookedFor(own)).toEqual([true, true]);
    }
    const dispatch = (payment_id: string): CommandInput => said({ type: 'payment.dispatch', payment_id });
    expect(isLookedFor(dispatch(held))).toEqual([false, false]);
    for (const payment_id of [dispatched, ended]) expect(isLookedFor(dispatch(payment_id))).toEqual([true, true]);
  });

  it('D6 given any other command with a key, then the key is looked for in the org', () => {
    const book = new BookScenario();
    const expected = { keys: [{ scope: SCENARIO_ORG, key: 'k' }] };
    expect(facts(book, { ...book.openSession(1n), ...keyed })).toEqual({ guessed: expected, asked: expected });
  });

  const steps = (payment_id: string, approval_id: string): CommandInput[] => [
    { type: 'payment.capture', payment_id, final: true },
    { type: 'payment.void', payment_id },
    { type: 'payment.refund', payment_id },
    { type: 'payment.dispatch', payment_id },
    { type: 'payment.extend', payment_id, expires_in_ms: 1 },
    { type: 'payment.resolve', payment_id, outcome: 'voided' },
    { type: 'approval.approve', approval_id },
    { type: 'approval.deny', approval_id },
  ];

  it('D17 given a payment that is not open, when a step of it is asked, then the payment is looked for', () => {
    const book = new BookScenario();
    const expected = { payments: ['pay_1'] };
    for (const step of steps('pay_1', 'apr_1'))
      expect(facts(book, step)).toEqual({ guessed: expected, asked: expected });
  });

  it('D15 D17 given a refund from another org, then its key is looked for in the org, and the payment where it is not open', () => {
    const book = new BookScenario();
    const refund = (payment_id: string): CommandInput => ({
      type: 'clearing.return',
      credential: OWNER,
      ...keyed,
      payment_id,
      payee_org: 'org_x',
      payee: { agent_id: 'agt_x', handle: 'x' },
      refund_id: 'pay_x',
      amount: 1n,
      asset: 'USD',
    });
    const keys = [{ scope: SCENARIO_ORG, key: 'k' }];
    expect(facts(book, refund('pay_1')).guessed).toEqual({ keys, payments: ['pay_1'] });
    expect(facts(book, refund(book.hold(1n))).guessed).toEqual({ keys });
  });

  it('D17 given a payment that is open, when a step of it is asked, then nothing is looked for', () => {
    const book = new BookScenario();
    book.agent('ada', { approval_above: { amount: '5', asset: 'USD' } });
    const payment_id = book.hold(6n, { agent: 'ada' });
    for (const step of steps(payment_id, payment_id.replace('pay_', 'apr_')))
      expect(facts(book, step)).toEqual({ guessed: {}, asked: {} });
  });

  it('F7 given the facts of another book’s payment, when a step of it is asked, then it is not found', () => {
    const [book, other] = [new BookScenario(), new BookScenario()];
    other.agent('worker', { fresh_id: '7'.repeat(32), approval_above: { amount: '5', asset: 'USD' } });
    const payment_id = other.hold(6n, { agent: 'worker' });
    other.given({ type: 'approval.deny', approval_id: payment_id.replace('pay_', 'apr_') });
    for (const step of steps(payment_id, payment_id.replace('pay_', 'apr_'))) {
      const decision = decide(book.state, other.facts, commandOf(book, step), book.now, book.settings);
      const code = step.type.startsWith('approval') ? 'approval_not_found' : 'payment_not_found';
      expect(decision).toMatchObject({ kind: 'refuse', refusal: { code } });
    }
  });
});
