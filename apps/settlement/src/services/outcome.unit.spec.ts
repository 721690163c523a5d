import { describe, expect, it } from '@jest/globals';
import { readJson, type JsonObject } from '#contracts';
import { afterNoAnswer, isRetryable, outcomeText, readOutcome, type Outcome, type Unknown } from './outcome.js';

function wire(text: string): JsonObject {
  const read = readJson(text);
  if (!read.ok) throw new Error(text);
  return read.value as JsonObject;
}

const failed = (fields: object = {}): Outcome => ({ kind: 'failed', code: 'upstream_refused', ...fields });

describe('What came of a call, as it is kept', () => {
  it('C1 A12: is the same when it is read again, each number as it was written', () => {
    const body = wire('{"a":0.1,"b":1e-05,"c":12345678901234567890.123456789,"d":1.50,"e":{"f":[null,true,"ü😀\\n"]}}');
    const paid = { kind: 'paid' as const, body, units: 9_007_199_254_740_993n };
    for (const outcome of [paid, { ...paid, stream: 'data: 1\n\n' }, { ...paid, body: {}, stream: '' }]) {
      const text = outcomeText(outcome);
      expect(readOutcome(text, outcome.units)).toEqual(outcome);
      // Its hash stands in the log: written again it is the same.
      expect(outcomeText(readOutcome(text, outcome.units))).toBe(text);
    }
    expect(outcomeText(paid)).toContain('"b":1e-05,"c":12345678901234567890.123456789,"d":1.50');
  });

  it('C4: is written of a copy with other fields as that copy is', () => {
    const body = wire('{"a":1,"b":2}');
    expect(outcomeText({ kind: 'paid', body, units: 1n })).toBe('{"kind":"paid","body":{"a":1,"b":2}}');
    const copies = [{ ...body, b: 'x' }, Object.assign({}, body, { b: 'x' })];
    for (const copy of copies)
      expect(outcomeText({ kind: 'paid', body: copy, units: 1n })).toBe('{"kind":"paid","body":{"a":1,"b":"x"}}');
  });

  it('C1: is the same for one that came to nothing', () => {
    const outcome = failed({ detail: 'no', upstream: { status: 400, body: { a: [1, 'x'] } }, retry_after_ms: 5 });
    const text = outcomeText(outcome);
    expect(readOutcome(text, undefined)).toEqual(outcome);
    expect(outcomeText(readOutcome(text, undefined))).toBe(text);
  });

  it('B5: costs nothing where nothing stands beside it', () => {
    expect(readOutcome(outcomeText({ kind: 'paid', body: {}, units: 0n }), 0n)).toMatchObject({ units: 0n });
    expect(() => readOutcome('[]', 1n)).toThrow();
  });
});

describe('A key', () => {
  it('C1: is free for another attempt only after a call that came to nothing for want of the service', () => {
    const retryable = (['upstream_refused', 'upstream_unavailable', 'service_busy'] as const).map((code) =>
      isRetryable({ kind: 'failed', code }),
    );
    expect(retryable).toEqual([false, true, true]);
    expect(isRetryable({ kind: 'paid', body: {}, units: 1n })).toBe(false);
  });
});

describe('After a call without an answer, the same one again', () => {
  const refusedWith = (status: number) => failed({ upstream: { status, body: null } });

  it.each<[string, Outcome | Unknown]>([
    ['was paid', { kind: 'paid', body: {}, units: 1n }],
    ['is wrong, as it was before', refusedWith(422)],
    ['is wrong, as it was before', refusedWith(400)],
    ['has no answer either', { kind: 'unknown', reason: 'x' }],
  ])('C3: says what came of it where it %s', (_what, outcome) => {
    expect(afterNoAnswer(outcome)).toBe(outcome);
  });

  it.each<[string, Outcome]>([
    ['cannot be reached', failed({ code: 'upstream_unavailable' })],
    ['is busy', failed({ code: 'service_busy', upstream: { status: 429, body: null } })],
    ['takes the account’s key no more', refusedWith(401)],
    ['is still at the first', refusedWith(409)],
    ['fails', refusedWith(500)],
  ])('C3: says nothing of the first where the service %s', (_what, outcome) => {
    expect(afterNoAnswer(outcome)).toMatchObject({ kind: 'unknown', may_be_told: true });
  });
});
