import { describe, expect, it } from '@jest/globals';
import type { DecisionAnswer } from '#client';
import { decisionText, pastDecisionText } from './decision-text.js';

const decision: DecisionAnswer = {
  would: 'declined',
  amount: '0.4',
  currency: 'USD',
  payer: { agent_id: 'agt_1', handle: 'worker' },
  payee: { service: 'search' },
  wallet_id: 'wal_1',
  session_id: null,
  labels: {},
  decline: { code: 'window_limit_exceeded', scope: { kind: 'agent', id: 'agt_1' }, retryable: true, action: 'Wait.' },
  replays: null,
  policy_version: 11,
  rules: [
    {
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'amount:day:USD',
      effect: 'refuses',
      passes: false,
      code: 'window_limit_exceeded',
      currency: 'USD',
      limit: '0.7',
      spent: '0.4',
      held: '0',
      requested: '0.4',
      remaining: '0.3',
      remaining_after: undefined,
      resets_at: undefined,
    },
  ],
  as_of: '2026-01-01T00:00:00.000Z',
};

describe('A dry run in the terminal', () => {
  it('D7 given a rule that binds, then it is named with what to do, and each rule has a line of figures', () => {
    const text = decisionText(decision);
    expect(text).toContain('because   window_limit_exceeded');
    expect(text).toContain('action    Wait.');
    expect(text).toMatch(/^refuses +agent agt_1 +amount:day:USD +0\.7 +0\.4 +0 +0\.4 +0\.3 +-$/m);
  });

  it('D7 given thresholds and grants, then a line says that it waits or is covered, and not that it is refused', () => {
    const [rule] = decision.rules;
    const row = (effect: 'waits' | 'covers', passes: boolean) => ({ ...rule!, effect, passes });
    const rules = [row('waits', false), row('waits', true), row('covers', false), row('covers', true)];
    const said = decisionText({ ...decision, rules })
      .split('\n')
      .slice(-4);
    expect(said.map((line) => line.split('  ')[0])).toEqual(['waits', 'passes', 'does not cover', 'covers']);
  });
});

describe('A past decision in the terminal', () => {
  const past = { ...decision, payment_id: 'pay_1', decided_at: decision.as_of, position: '3:9', reproduced: true };

  it('D7 says what was decided, when and under which version, and that other code decided it', () => {
    const text = pastDecisionText(past);
    expect(text).toMatch(/^was +declined$/m);
    expect(text).toMatch(/^version +11$/m);
    expect(text).toMatch(/^position +3:9$/m);
    expect(text).toMatch(/^refuses +agent agt_1 /m);
    expect(text).not.toContain('older version');
    expect(pastDecisionText({ ...past, reproduced: false })).toContain('older version of Bursar');
  });
});
