import { describe, expect, it } from '@jest/globals';
import type { AgentAnswer, ProblemDocument, SessionAnswer, SpendReport } from '#client';
import { problemOfCode, problemOfDecline, renderAgent } from '#contracts';
import { agentText } from './agent-text.js';
import { problemText } from './problem-text.js';
import { reportTable } from './report-table.js';
import { sessionTree } from './session-tree.js';
import { fields, table } from './table.js';
import { verificationText } from './verification-text.js';

function session(id: string, more: Partial<SessionAnswer> = {}): SessionAnswer {
  const figures = { budget: 10, spent: 2.5, held: 0.000001, carved: 0, remaining: 7.499999 };
  const exact = { budget_exact: '10', spent_exact: '2.5', held_exact: '0.000001' };
  return {
    session_id: id,
    parent_session_id: null,
    agent_id: null,
    mode: 'shared',
    status: 'open',
    currency: 'USD',
    ...figures,
    ...exact,
    carved_exact: '0',
    remaining_exact: '7.499999',
    labels: {},
    policy_version: 4,
    description: null,
    expires_at: null,
    ...more,
  };
}

describe('a session', () => {
  it('is drawn as the tree that it is, with exact figures', () => {
    const tree = session('ses_1', {
      carved_exact: '4',
      labels: { label: 'goal', team: 'search' },
      description: 'Who is first?',
      children: [
        session('ses_2', { mode: 'reserved', children: [session('ses_3', { status: 'closed' })] }),
        session('ses_4', { over_by_exact: '1', children: [] }),
      ],
    });
    expect(sessionTree(tree)).toBe(
      [
        'ses_1  open  budget 10, spent 2.5, held 0.000001, carved out 4, remaining 7.499999 USD  [goal, team=search]  "Who is first?"',
        '├─ ses_2  open, reserved  budget 10, spent 2.5, held 0.000001, remaining 7.499999 USD',
        '│  └─ ses_3  closed  budget 10, spent 2.5, held 0.000001, remaining 7.499999 USD',
        '└─ ses_4  open  budget 10, spent 2.5, held 0.000001, remaining 7.499999 USD, over by 1',
      ].join('\n'),
    );
  });

  it('says where more is below it than is shown', () => {
    const lines = sessionTree(session('ses_1', { children: [session('ses_2')], children_cut: true })).split('\n');
    expect(lines.map((line) => line.slice(0, 8))).toEqual(['ses_1  o', '├─ ses_2', '└─ … and']);
  });
});

describe('a refusal', () => {
  it('F8: shows rule, figures, and what can be done', () => {
    const problem: ProblemDocument = {
      ...problemOfDecline({
        code: 'window_limit_exceeded',
        scope: { kind: 'agent', id: 'agt_1' },
        rule: 'amount:day:USD',
        asset: 'USD',
        limit: '2000000',
        spent: '1900000',
        held: '50000',
        requested: '100000',
        remaining: '50000',
        resets_at: Date.UTC(2026, 0, 2),
      }),
      payment_id: 'pay_1',
    };
    expect(problemText(problem).split('\n')).toEqual([
      'Declined (402 window_limit_exceeded): The payment would pass a cap of the current window.',
      '  on           agent agt_1',
      '  rule         amount:day:USD',
      '  limit        2 USD',
      '  spent        1.9 USD',
      '  held         0.05 USD',
      '  requested    0.1 USD',
      '  remaining    0.05 USD',
      '  resets at    2026-01-02T00:00:00.000Z',
      '  recorded as  pay_1',
      expect.stringMatching(/^ {2}what to do {3}Wait until resets_at/),
    ]);
  });

  it('of a request names every field that is wrong', () => {
    const problems = [
      { field: 'amount', message: 'is missing' },
      { field: 'labels.team', message: 'must be text' },
    ];
    expect(problemText(problemOfCode('body_invalid', { problems })).split('\n').slice(0, 3)).toEqual([
      'Refused (422 body_invalid): The body is not acceptable.',
      '  amount is missing',
      '  labels.team must be text',
    ]);
  });
});

describe('an agent', () => {
  it('shows exact amounts beside counts of payments, which are whole numbers', () => {
    const agent: AgentAnswer = renderAgent({
      agent_id: 'agt_1',
      handle: 'researcher',
      status: 'frozen',
      status_reason: 'too fast',
      origin: 'explicit',
      funding: 'treasury',
      policy_version: 3,
      totals: [{ asset: 'USD', spent: '9007199254740993', held: '1' }],
      limits: [
        {
          id: 'amount:lifetime:USD',
          of: 'amount',
          per: 'lifetime',
          asset: 'USD',
          maximum: '1',
          spent: '2',
          held: '0',
          remaining: '0',
          over_by: '1',
        },
        {
          id: 'count:day:USD',
          of: 'count',
          per: 'day',
          asset: 'USD',
          maximum: '7',
          spent: '3',
          held: '0',
          remaining: '4',
          resets_at: 0,
        },
      ],
    });
    const text = agentText(agent);
    expect(text).toContain('status   frozen (too fast)');
    expect(text).toContain('spent    9007199254.740993 USD, held 0.000001 USD');
    expect(text).toMatch(/amount:lifetime:USD +0\.000001 +0\.000002 +0 +0 +0\.000001 +-/);
    expect(text).toMatch(/count:day:USD +7 +3 +0 +4 +- +1970-01-01T00:00:00\.000Z/);
  });
});

describe('a report', () => {
  it('shows its rows by the dimensions asked for, then the totals and what it reflects', () => {
    const figures = { currency: 'USD', held: '0', earned: '0', refunded: '0', payments: 1, declined: 0 };
    const report: SpendReport = {
      rows: [
        { label: 'goal=42', day: '2026-01-01', spent: '0.05', ...figures },
        { label: null, day: '2026-01-01', spent: '12.5', ...figures },
      ],
      total: { spent: '12.55', ...figures },
      totals: [{ spent: '12.55', ...figures }],
      position: '26:7',
      as_of: '2026-01-02T00:00:00.000Z',
      next_cursor: null,
    };
    expect(reportTable(['label', 'day'], report)).toBe(
      [
        'label    day         spent  held  earned  refunded  payments  declined  currency',
        'goal=42  2026-01-01   0.05     0       0         0         1         0  USD',
        '(none)   2026-01-01   12.5     0       0         0         1         0  USD',
        'total                12.55     0       0         0         1         0  USD',
        '',
        'As of 2026-01-02T00:00:00.000Z, position 26:7 of the log.',
      ].join('\n'),
    );
  });
});

describe('a verification', () => {
  it('D8: shows the first bad event and where it is', () => {
    const fault = {
      partition: 26,
      position: 7,
      kind: 'hash_mismatch',
      detail: 'they hash to 00',
      event: '{"type":"x"}',
    };
    expect(verificationText({ events: 9, partitions: 1, faults: [fault] }).split('\n')).toEqual([
      'The log is NOT whole: a fault in one partition.',
      '',
      'first bad event    26:7',
      'what is wrong      hash_mismatch: they hash to 00',
      'what stands there  {"type":"x"}',
    ]);
    expect(verificationText({ events: 9, partitions: 2, faults: [] })).toBe(
      'The log is whole: 9 events in 2 partitions.',
    );
  });
});

describe('tables', () => {
  it('put numbers to the right and texts to the left, whatever stands beside them', () => {
    expect(
      table(
        ['name', 'amount'],
        [
          ['a', '1.50'],
          ['bb', null],
          ['c', 100],
        ],
      ).split('\n'),
    ).toEqual(['name  amount', 'a       1.50', 'bb         -', 'c        100']);
  });

  it('leave out what has no value', () => {
    expect(
      fields([
        ['one', 1],
        ['no', null],
        ['three', 'x'],
        ['none', undefined],
      ]),
    ).toBe('one    1\nthree  x');
  });
});
