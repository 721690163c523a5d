import { describe, expect, it } from '@jest/globals';
import type { BusMessage } from '#bus';
import { HEADERS, type SettlementAnswer, type SettlementRequest } from '#contracts';
import { takeEnvelope } from './take-envelope.js';

const OWN = 'answers.org_1.agt_1.1';
const envelope = { call: 'x402.settle', idempotency_key: 'k', body: { x402Version: 2 } };
const settled: SettlementAnswer = { kind: 'done', outcome: 'ok', body: '{"success":true}' };

/** Takes one message; tells what was asked of settlement, what was answered, and how the message ended. */
async function take(
  said: unknown,
  options: { answer?: SettlementAnswer; subject?: string; headers?: Record<string, string> } = {},
) {
  const { answer = settled, subject = 'envelopes.org_1.agt_1', headers = { [HEADERS.reply_to]: OWN } } = options;
  const asked: { call: string; request: SettlementRequest }[] = [];
  const answers: { subject: string; answer: unknown }[] = [];
  const ends: unknown[][] = [];
  const message = {
    subject,
    header: (name: string) => headers[name],
    text() {
      if (typeof said === 'string') return said;
      return JSON.stringify(said);
    },
    ack: () => ends.push(['ack']),
    retry: (delay_ms: number) => ends.push(['retry', delay_ms]),
    deadLetter: (reason: string) => Promise.resolve(void ends.push(['dead', reason])),
  } as unknown as BusMessage;
  await takeEnvelope(
    {
      settle: (call, request) => {
        asked.push({ call, request });
        return Promise.resolve(answer);
      },
      reply: (to, text) => answers.push({ subject: to, answer: JSON.parse(text) as unknown }),
    },
    message,
  );
  return { asked, answers, ends };
}

describe('An envelope that is taken from the stream', () => {
  it('D10: is asked in the name of its subject, answered where it was asked, and acked', async () => {
    const { asked, answers, ends } = await take(envelope);
    expect(asked).toMatchObject([
      {
        call: 'x402.settle',
        request: {
          caller: { org: 'org_1', credential: { subject: 'agt_1', proven_by: 'bus' }, agent_id: 'agt_1' },
          key: 'k',
          value: { x402Version: expect.anything() },
        },
      },
    ]);
    expect(answers).toEqual([
      {
        subject: OWN,
        answer: { idempotency_key: 'k', call: 'x402.settle', outcome: 'ok', answer: { success: true } },
      },
    ]);
    expect(ends).toEqual([['ack']]);
  });

  it('D10: of an org key is the key’s, and says which agent pays', async () => {
    const { asked } = await take(
      { ...envelope, call: 'x402.resolve', body: { challenge: 'x' } },
      { subject: 'envelopes.org_1.writer.key_1', headers: {} },
    );
    expect(asked[0]!.request).toMatchObject({
      caller: { org: 'org_1', credential: { subject: 'key_1', proven_by: 'bus' } },
      value: { agent_id: 'writer', challenge: 'x' },
    });
    expect(asked[0]!.request.caller).not.toHaveProperty('agent_id');
  });

  it.each<[string, SettlementAnswer, number]>([
    ['is too fast for its agent', { kind: 'unavailable', code: 'rate_limited', retry_after_ms: 250 }, 250],
    ['finds no owner', { kind: 'unavailable', code: 'book_unavailable' }, 1_000],
    ['has an unknown outcome', { kind: 'unavailable', code: 'outcome_unknown' }, 1_000],
    ['is answered so by the protocol', { kind: 'done', outcome: 'unavailable', body: '{}' }, 1_000],
    [
      'is too fast, in the protocol’s words',
      { kind: 'done', outcome: 'throttled', body: '{}', retry_after_ms: 250 },
      250,
    ],
    ['meets a fault of ours', { kind: 'problem', code: 'internal_error' }, 1_000],
  ])('C7: given it %s, then it stays in the stream and nobody is told that it failed', async (_what, answer, after) => {
    const { answers, ends } = await take(envelope, { answer });
    expect(answers).toEqual([]);
    expect(ends).toEqual([['retry', after]]);
  });

  it('is answered with the refusal where a rule refuses it', async () => {
    const refusal = { code: 'duplicate_settlement', scope: { kind: 'payment', id: 'pay_1' } } as const;
    const { answers, ends } = await take(envelope, { answer: { kind: 'refused', refusal } });
    expect(answers).toMatchObject([{ answer: { outcome: 'refused', problem: { code: 'duplicate_settlement' } } }]);
    expect(ends).toEqual([['ack']]);
  });

  it.each([
    ['body_invalid', { ...envelope, call: 'payment.refund' }],
    ['body_invalid', { ...envelope, idempotency_key: undefined }],
    ['unparseable_body', '{'],
  ])(
    'D3: given it cannot be read (%s), then its publisher is told, or it is kept with the reason',
    async (code, said) => {
      const told = await take(said);
      expect(told).toMatchObject({ asked: [], answers: [{ answer: { outcome: 'refused', problem: { code } } }] });
      expect(told.ends).toEqual([['ack']]);
      const untold = await take(said, { headers: {} });
      expect(untold).toMatchObject({ asked: [], answers: [], ends: [['dead', code]] });
    },
  );

  it('D10: given its answer is to go to somebody else, then it is not settled', async () => {
    const { asked, answers, ends } = await take(envelope, { headers: { [HEADERS.reply_to]: 'answers.org_1.agt_2.1' } });
    expect([asked, answers]).toEqual([[], []]);
    expect(ends).toEqual([['dead', 'reply_subject_not_own']]);
  });

  it('given its deadline has passed, then it is dropped undecided and its publisher told', async () => {
    const headers = { [HEADERS.reply_to]: OWN, [HEADERS.deadline]: '1000' };
    const { asked, answers, ends } = await take(envelope, { headers });
    expect(asked).toEqual([]);
    expect(answers).toMatchObject([{ answer: { outcome: 'refused', problem: { code: 'deadline_passed' } } }]);
    expect(ends).toEqual([['ack']]);
  });
});
