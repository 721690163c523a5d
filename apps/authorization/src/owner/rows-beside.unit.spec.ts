import { beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf, type OwnerAnswer } from '#contracts';
import type { AuthorizePayment, CallBeside, Command, RowBeside } from '#domain';
import { AppendRefusedError, MemoryLogStore, OutcomeUnknownError, type AppendRecord } from '#event-log';
import { FragileLog, once } from '../../test-support/fragile-log.js';
import { as, ORG, openBook, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

const call: CallBeside = {
  kind: 'call',
  service: 'search',
  is_sandbox: true,
  salt: 'salt',
  request: '{"text":"hello"}',
  ends_in_ms: 60_000,
  keep_for_days: 30,
};
const rowOfCall = { org: ORG, ...call };

let below: MemoryLogStore;
let log: FragileLog;
let harness: Harness;
/** Rows of each append, and what is said to have been kept of them. */
let appended: (AppendRecord['beside'][] | 'failed')[];
let keeps: (payment_id: string) => boolean;

beforeEach(async () => {
  below = new MemoryLogStore();
  log = new FragileLog(below);
  harness = await startOwner(log);
  await openBook(harness);
  appended = [];
  keeps = () => true;
  log.aroundAppend = async (go, _epochs, records) => {
    await go();
    return noted(records);
  };
});

function noted(records: readonly AppendRecord[]): Set<string> {
  appended.push(records.map(({ beside }) => beside));
  const beside = records.filter((record) => record.beside !== undefined);
  return new Set(beside.map(({ payment_id }) => payment_id!).filter((payment_id) => keeps(payment_id)));
}

const hold = (fields: Partial<AuthorizePayment> = {}): AuthorizePayment =>
  pay({
    key: 'k',
    payee: { service: 'search' },
    capture: false,
    dispatched_for_ms: 60_000,
    beside: call,
    with_evidence: true,
    ...fields,
  });

const paymentOf = (answer: OwnerAnswer): string => {
  if (answer.kind !== 'recorded' || !('payment_id' in answer.event)) throw new Error(JSON.stringify(answer));
  return String(answer.event.payment_id);
};

const ended = (type: 'payment.capture' | 'payment.void', payment_id: string, beside: RowBeside): Command =>
  type === 'payment.void' ? as(type, { payment_id, beside }) : as(type, { payment_id, beside, final: true });

describe('A row beside the log', () => {
  it('of a call goes with the hold that is dispatched, and the answer says that it was kept', async () => {
    expect(await harness.ask(hold())).toMatchObject({ kind: 'recorded', kept_beside: true });
    expect(appended).toEqual([[rowOfCall]]);
  });

  it('of an answer goes with the capture, and with the void, whether or not a receipt is wanted', async () => {
    const [one, two] = [
      paymentOf(await harness.ask(hold({ key: 'one' }))),
      paymentOf(await harness.ask(hold({ key: 'two' }))),
    ];
    appended = [];
    const answer = { kind: 'answer', answer: '{"a":1}' } as const;
    expect(await harness.ask(ended('payment.capture', one, { ...answer, units: '1000' }))).toMatchObject({
      kept_beside: true,
    });
    expect(await harness.ask(ended('payment.void', two, answer))).toMatchObject({ kept_beside: true });
    expect(appended).toEqual([[{ ...answer, units: 1_000n }], [answer]]);
  });

  it('is not said to be kept where the log does not say so', async () => {
    keeps = () => false;
    const answer = await harness.ask(hold());
    expect(answer).toMatchObject({ kind: 'recorded' });
    expect(answer).not.toMatchObject({ kept_beside: true });
  });

  it.each<[string, Partial<AuthorizePayment>]>([
    ['is declined', { amount: 10_000_000_000n }],
    ['is not dispatched', { dispatched_for_ms: undefined }],
    ['is captured at once', { capture: true, dispatched_for_ms: undefined }],
  ])('A7: is not kept where the payment %s', async (_what, fields) => {
    await harness.ask(hold(fields));
    expect(appended.flat()).toEqual([undefined]);
  });

  it('C1: goes with the first of two that have one key, and the other one is not told that its own was kept', async () => {
    const [first, again] = await Promise.all(
      [hold(), hold({ beside: { ...call, salt: 'other' } })].map((each) => harness.ask(each)),
    );
    expect(first).toMatchObject({ kept_beside: true });
    expect(again).toMatchObject({ kind: 'recorded', replayed: true });
    expect(again).not.toHaveProperty('kept_beside');
    expect(appended).toEqual([[rowOfCall]]);
  });

  it('D2: is of unknown fate where that of its append was, and the payment stands', async () => {
    log.aroundAppend = once(async (go, _epochs, records) => {
      await go();
      noted(records);
      throw new OutcomeUnknownError('the connection was cut');
    });
    const answer = await harness.ask(hold());
    expect(answer).toMatchObject({ kind: 'recorded', kept_beside: false });
    expect(appended).toEqual([[rowOfCall]]);
  });

  it.each<[string, () => Error]>([
    ['refused', () => new AppendRefusedError('22021', 'a value that cannot be stored')],
    ['lost', () => new OutcomeUnknownError('permission denied for table service_call')],
  ])(
    'A7: is left out for a while after an append with one was %s, and no payment fails for it',
    async (_what, error) => {
      log.aroundAppend = async (go, _epochs, records) => {
        if (records.some(({ beside }) => beside !== undefined)) {
          appended.push('failed');
          throw error();
        }
        await go();
        return noted(records);
      };
      const answers = await Promise.all(
        [hold({ key: 'one' }), hold({ key: 'two' }), pay({ key: 'three' })].map((each) => harness.ask(each)),
      );
      expect(answers).toMatchObject([{ kind: 'recorded' }, { kind: 'recorded' }, { kind: 'recorded' }]);
      for (const answer of answers) expect(answer).not.toMatchObject({ kept_beside: true });
      expect(appended.filter((each) => each === 'failed')).toHaveLength(1);

      expect(await harness.ask(hold({ key: 'four' }))).toMatchObject({ kind: 'recorded', kept_beside: false });
      expect(appended.filter((each) => each === 'failed')).toHaveLength(1);
      harness.clock.offset_ms = 10_001;
      log.aroundAppend = (_go, ...given) => below.append(...given).then(() => noted(given[1]));
      expect(await harness.ask(hold({ key: 'five', deadline: Date.now() + 60_000 }))).toMatchObject({
        kept_beside: true,
      });
    },
  );

  it('goes along again after an append that failed for another reason: a key that was not fresh', async () => {
    const way = log.aroundAppend;
    let failures = 0;
    log.aroundAppend = () => {
      failures += 1;
      log.aroundAppend = way;
      return Promise.reject(new AppendRefusedError('23505', 'the key is there'));
    };
    expect(await harness.ask(hold({ fresh_key: true }))).toMatchObject({ kind: 'recorded', kept_beside: true });
    expect([failures, appended, harness.alarms]).toEqual([1, [[rowOfCall]], []]);
  });

  it('H4: is left out where its append would become too long, and no payment is', async () => {
    const long = { ...call, request: 'x'.repeat(60_000) };
    const keys = Array.from({ length: 20 }, (_, number) => `key ${number}`);
    const answers = await Promise.all(keys.map((key) => harness.ask(hold({ key, beside: long }))));
    expect(answers.filter((answer) => answer.kind === 'recorded')).toHaveLength(20);
    expect(appended.map((rows) => [rows.length, rows === 'failed' || rows.filter(Boolean).length])).toEqual([[20, 16]]);
    expect(answers.filter((answer) => 'kept_beside' in answer && answer.kept_beside)).toHaveLength(16);
  });

  it('that is no row refuses its command, and harms no other', async () => {
    const payment_id = paymentOf(await harness.ask(hold({ key: 'one' })));
    const [bad, good] = await Promise.all(
      [ended('payment.capture', payment_id, { kind: 'answer', answer: '{}', units: 'none' }), hold({ key: 'two' })].map(
        (each) => harness.ask(each),
      ),
    );
    expect(bad).toMatchObject({ kind: 'refused', refusal: { code: 'command_not_storable' } });
    expect(good).toMatchObject({ kind: 'recorded' });
    const events = await below.read(partitionOf(ORG), 0, 100);
    expect(events.filter(({ payload }) => payload.includes('"payment.captured"'))).toEqual([]);
  });
});
