import { describe, expect, it } from '@jest/globals';
import type { SessionAnswer } from '#client';
import { cellsOf } from './cells.js';
import { sessionBars } from './session-bars.js';

const session = (fields: Partial<SessionAnswer> & Pick<SessionAnswer, 'budget' | 'spent' | 'held'>): SessionAnswer => {
  const { budget, spent, held, carved = 0 } = fields;
  const remaining = Math.max(0, budget - spent - held - carved);
  return {
    session_id: 'ses_0190000000007000800000000000000a',
    parent_session_id: null,
    agent_id: null,
    mode: 'shared',
    status: 'open',
    currency: 'USD',
    carved,
    remaining,
    ...Object.fromEntries(
      Object.entries({ budget, spent, held, carved, remaining }).map(([name, amount]) => [
        `${name}_exact`,
        `${amount}`,
      ]),
    ),
    labels: {},
    policy_version: 1,
    description: null,
    expires_at: null,
    ...fields,
  } as SessionAnswer;
};

const plain = { columns: 120, colours: false };
const barOf = (fields: Parameters<typeof session>[0]) => /\[(.*)\]/.exec(sessionBars([session(fields)], 0, plain))![1];

describe('The bar of a session', () => {
  it('D11: shows spent, carved out and held as parts of the budget', () => {
    expect(barOf({ budget: 1, spent: 0.5, held: 0.25 })).toBe('█'.repeat(10) + '▒'.repeat(5) + '·'.repeat(5));
    expect(barOf({ budget: 1, spent: 0.25, held: 0, carved: 0.25 })).toBe('█'.repeat(10) + '·'.repeat(10));
    expect(barOf({ budget: 1, spent: 0, held: 0 })).toBe('·'.repeat(20));
  });

  it('D11: looks neither empty while anything is spent or held, nor full while anything is left', () => {
    expect(barOf({ budget: 1000, spent: 0.001, held: 0.001 })).toBe('█▒' + '·'.repeat(18));
    expect(barOf({ budget: 1000, spent: 999.999, held: 0 })).toBe('█'.repeat(19) + '·');
    expect(barOf({ budget: 1000, spent: 999.999, held: 0.001 })).toBe('█'.repeat(20));
    expect(barOf({ budget: 1, spent: 3, held: 3 })).toBe('█'.repeat(20));
    expect(barOf({ budget: 0, spent: 0, held: 0 })).toBe('·'.repeat(20));
  });

  it('is red where less than 15 % is left, and without colours where none are shown', () => {
    const coloured = (spent: number) =>
      sessionBars([session({ budget: 1, spent, held: 0 })], 0, { ...plain, colours: true });
    expect(coloured(0.5)).toContain('\u001b[32m█');
    expect(coloured(0.9)).toContain('\u001b[31m█');
    expect(sessionBars([session({ budget: 1, spent: 0.9, held: 0.05 })], 0, plain)).not.toContain('\u001b');
  });
});

describe('The trees of sessions', () => {
  it('A4: stand with their children below them, as wide as the terminal, whatever their names', () => {
    const leaf = session({ budget: 1, spent: 0, held: 0, labels: { label: 'goal=7', team: 'search' } });
    const long = session({ budget: 1, spent: 0, held: 0, description: 'x'.repeat(200), children_cut: true });
    const tree = session({ budget: 2, spent: 1, held: 0.5, children: [long, leaf], status: 'closed' });
    const lines = sessionBars([tree], 3, { columns: 90, colours: false }).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^ses_\w+…? +\[█{10}▒{5}·{5}\] 1 spent, 0\.5 held, 0\.5 left of 2 USD, closed$/);
    expect(lines[1]).toMatch(/^├─ x+… \[·{20}\] 0 spent, 1 left of 1 USD$/);
    expect(lines[2]).toBe('│  └─ … and more');
    expect(lines[3]).toMatch(/^└─ goal=7, team=\w+…/);
    expect(lines[4]).toBe('… and 3 older trees: --session shows one');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90);
    expect(new Set([lines[0], lines[1], lines[3]].map((line) => line!.indexOf('['))).size).toBe(1);
  });

  it('are none where no session is open', () => {
    expect(sessionBars([], 0, plain)).toBe('No open sessions.');
  });
});

describe('On a narrow terminal', () => {
  const deep = session({
    ...{ budget: 12_345.678901, spent: 1.25, held: 0.5, carved: 3, description: '漢字の長い見積もり', status: 'open' },
    children: [
      session({ budget: 1, spent: 2, held: 0, over_by_exact: '1', description: 'a\u001b[2J\nb' }),
      session({ budget: 1, spent: 0, held: 0, status: 'expired', children_cut: true }),
    ],
  });

  it.each([200, 100, 80, 60, 40, 30, 20, 10, 1])(
    'no line is wider than its %i cells, whatever the names',
    (columns) => {
      const lines = sessionBars([deep], 2, { columns, colours: false }).split('\n');
      expect(lines).toHaveLength(5);
      expect(lines.filter((line) => cellsOf(line) > columns)).toEqual([]);
      if (columns >= 40) for (const line of lines.slice(0, 3)) expect(line).toMatch(/\[[█▒·]+\]/);
    },
  );

  it('what is left stands beside the bar as long as there is room, else that it is over or closed', () => {
    const lines = sessionBars([deep], 0, { columns: 40, colours: false }).split('\n');
    expect(lines.map((line) => line.replace(/.*\] /, ''))).toEqual([
      '12340.928901 left',
      'over by 1',
      'expired',
      expect.stringContaining('… and more'),
    ]);
  });
});
