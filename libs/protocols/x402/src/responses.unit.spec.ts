import { describe, expect, it } from '@jest/globals';
import { changed, wire } from '../test-support/envelopes.js';
import { readBy } from './fields.js';
import {
  settleResponseSchema,
  settleResponseV1Schema,
  verifyResponseSchema,
  verifyResponseV1Schema,
} from './responses.js';

const schemas = {
  verify: verifyResponseSchema,
  'v1 verify': verifyResponseV1Schema,
  settle: settleResponseSchema,
  'v1 settle': settleResponseV1Schema,
};
type Answer = keyof typeof schemas;

const settled = { success: true, transaction: 'pay-1', network: 'ledger:test', payer: 'reader' };
const whole: Record<Answer, object> = {
  verify: { isValid: true, payer: 'reader' },
  'v1 verify': { isValid: true, payer: 'reader' },
  settle: { ...settled, amount: '50000', extra: { receipt: 'rcpt_1' } },
  'v1 settle': settled,
};
const read = (answer: Answer, value: unknown) => readBy(schemas[answer], wire(value));
const answers = Object.keys(schemas) as Answer[];

describe('what a facilitator answers', () => {
  it.each(answers)('A6: %s: a whole answer is read as it is', (answer) => {
    expect(read(answer, whole[answer])).toEqual({ ok: true, value: whole[answer] });
  });

  it.each(answers)('A6: %s: optional texts may be null', (answer) => {
    for (const field of ['invalidReason', 'errorReason']) {
      expect(read(answer, { ...whole[answer], [field]: null }).ok).toBe(true);
    }
  });

  it('A6: a failure names its network, and may have no transaction', () => {
    const failed = { success: false, transaction: '', network: 'ledger:test', errorReason: 'insufficient_funds' };
    expect(read('settle', failed)).toEqual({ ok: true, value: failed });
    expect(read('v1 settle', failed).ok).toBe(false);
    expect(read('v1 settle', { ...failed, payer: 'reader' }).ok).toBe(true);
  });

  const flags = [undefined, null, 'true', 1];
  const words = [undefined, null, 7, {}, 'x'.repeat(2000)];
  const optionalWords = [7, {}, 'x'.repeat(2000)];
  const rows: [Answer, string, unknown[]][] = [
    ['verify', 'isValid', flags],
    ['verify', 'invalidReason', optionalWords],
    ['verify', 'invalidMessage', optionalWords],
    ['verify', 'payer', [...optionalWords, '']],
    ['verify', 'extra', [7, 'a', []]],
    ['verify', 'extensions', [7, 'a', []]],
    ['v1 verify', 'isValid', flags],
    ['v1 verify', 'invalidReason', optionalWords],
    ['settle', 'success', flags],
    ['settle', 'transaction', words],
    ['settle', 'network', [...words, '', 'base-sepolia']],
    ['settle', 'amount', [50_000, '', '-1', '1.5', '01']],
    ['settle', 'errorReason', optionalWords],
    ['settle', 'extra', [7, 'a', []]],
    ['v1 settle', 'success', flags],
    ['v1 settle', 'transaction', words],
    ['v1 settle', 'network', [...words, '']],
    ['v1 settle', 'payer', [...words, '']],
  ];
  const cases = rows.flatMap(([answer, field, values]) =>
    values.map((value) => [answer, field, JSON.stringify(value)?.slice(0, 40), value] as const),
  );

  it.each(cases)('A12: %s: %s may not be %s', (answer, field, _text, value) => {
    expect(read(answer, changed(whole[answer], field, value))).toMatchObject({ ok: false, problems: [{ field }] });
  });

  it.each([[null], [7], ['text'], [[]], [undefined]])('A12: an answer may not be %s', (value) => {
    for (const answer of answers)
      expect(readBy(schemas[answer], value === undefined ? value : wire(value)).ok).toBe(false);
  });
});
