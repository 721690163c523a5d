import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { errorsPage } from '../errors-page.js';
import { ERROR_CATALOGUE, errorOf, type ErrorCode } from './index.js';
import { problemOfCode, problemOfDecline } from '../errors-problem.js';

const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

describe('The error catalogue', () => {
  it('stands in docs/errors.md as it is (npm run docs:errors writes it)', () => {
    expect(readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage());
  });

  it('has one row for each code: none of its parts takes the place of another one’s', async () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) =>
      /^(refused|undecided)[a-z-]*\.ts$/.test(name),
    );
    const parts = await Promise.all(files.map((name) => import(`./${name.replace('.ts', '.js')}`) as Promise<object>));
    const rows = parts.flatMap((part) => Object.values(part)).flatMap((part: object) => Object.keys(part));
    expect(files).toHaveLength(8);
    expect(rows.toSorted()).toEqual(codes.toSorted());
  });

  it('gives 429 to request rate only: agents retry it by themselves, so it never means that money is short (D19)', () => {
    expect(codes.filter((code) => errorOf(code).status === 429)).toEqual(['rate_limited', 'overloaded']);
  });

  it('gives 402 to every cap, session and wallet (D19)', () => {
    const about = codes.filter((code) => /limit_exceeded|cap_exceeded|budget_exceeded|funds/.test(code));
    expect(about.map((code) => errorOf(code).status)).toEqual(about.map(() => 402));
    expect(about).toHaveLength(10);
  });

  it('says to repeat whatever failed closed, with the same key (promise 5)', () => {
    for (const code of codes.filter((each) => errorOf(each).status === 503)) expect(errorOf(code).retryable).toBe(true);
  });

  it('has a title and an action in every row (promise 7)', () => {
    for (const code of codes) {
      expect(errorOf(code).title).toMatch(/^[A-Z].*[^.]$/);
      expect(errorOf(code).action).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('A problem document', () => {
  it('A3, D7: names the rule that bound, on what, and its figures in units of the currency', () => {
    const problem = problemOfDecline({
      code: 'window_limit_exceeded',
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'amount:day:USD',
      asset: 'USD',
      limit: '25000000',
      spent: '24950000',
      held: '40000',
      requested: '20000',
      remaining: '10000',
      resets_at: Date.UTC(2026, 0, 2),
    });
    expect(problem).toEqual({
      type: 'urn:bursar:error:window_limit_exceeded',
      title: 'The payment would pass a cap of the current window',
      status: 402,
      detail:
        'The payment would pass a cap of the current window: agent agt_1 (amount:day:USD), limit 25 USD, ' +
        'spent 24.95 USD, held 0.04 USD, requested 0.02 USD, remaining 0.01 USD.',
      code: 'window_limit_exceeded',
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'amount:day:USD',
      currency: 'USD',
      limit: '25',
      spent: '24.95',
      held: '0.04',
      requested: '0.02',
      remaining: '0.01',
      resets_at: '2026-01-02T00:00:00.000Z',
      retryable: true,
      action: expect.stringContaining('resets_at'),
    });
  });

  it('writes figures of limits on the number of payments as they are', () => {
    const problem = problemOfDecline({
      code: 'count_limit_exceeded',
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'count:day:USD',
      asset: 'USD',
      limit: '100',
      spent: '100',
      requested: '1',
    });
    expect(problem).toMatchObject({ limit: '100', spent: '100', requested: '1' });
    expect(problem.currency).toBeUndefined();
  });

  it.each([
    ['window_limit_exceeded', { requested: '11', resets_at: 1 }],
    ['window_limit_exceeded', { requested: '2', resets_at: undefined }],
    ['count_limit_exceeded', { requested: '1', resets_at: undefined }],
    ['held_limit_exceeded', { requested: '11', resets_at: undefined }],
    ['first_use_limit_exceeded', { requested: '11', resets_at: 1 }],
  ] as const)('D7: does not tell to wait where that can never help: %s %j', (code, { requested, resets_at }) => {
    const decline = { code, scope: { kind: 'agent', id: 'agt_1' } as const, limit: '10', spent: '9', requested };
    const problem = problemOfDecline({ ...decline, ...(resets_at === undefined ? {} : { resets_at }) });
    expect(problem.retryable).toBe(false);
    expect(problem.action).not.toMatch(/wait|resets_at|first/i);
  });

  it.each([
    ['window_limit_exceeded', { requested: '10', resets_at: 1 }],
    ['count_limit_exceeded', { requested: '1', resets_at: 1 }],
    ['held_limit_exceeded', { requested: '10', resets_at: undefined }],
    ['outside_hours', { requested: '10', resets_at: undefined }],
  ] as const)('D7: says that the same payment can pass later: %s %j', (code, { requested, resets_at }) => {
    const decline = { code, scope: { kind: 'session', id: 'ses_1' } as const, limit: '10', spent: '9', requested };
    expect(problemOfDecline({ ...decline, ...(resets_at === undefined ? {} : { resets_at }) }).retryable).toBe(true);
  });

  it('D7: names every kind of scope that a limit can stand on', () => {
    const ofLimits = codes.filter((code) => /^(per_payment|window|lifetime|count|held)_.*exceeded$/.test(code));
    expect(ofLimits).toHaveLength(5);
    for (const code of ofLimits)
      expect(errorOf(code).scope).toEqual(['agent', 'parent_agent', 'session', 'organization']);
  });

  it('A10: names every field that is wrong', () => {
    const problems = [
      { field: 'amount', message: 'is missing' },
      { field: 'surprise', message: 'is not a field of this request' },
    ];
    expect(problemOfCode('body_invalid', { problems })).toMatchObject({
      status: 422,
      code: 'body_invalid',
      detail: 'The body is not acceptable: amount is missing; surprise is not a field of this request.',
      problems,
    });
  });
});
