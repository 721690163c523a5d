import { describe, expect, it } from '@jest/globals';
import type { ExplainedRule, Explanation } from '#domain';
import fc from 'fast-check';
import { decisionText } from './answers-decision-text.js';
import { renderDecision } from './answers-decision.js';
import { encodeDecision, type DecisionOnWire } from './wire-decision.js';

/** As the gateway gets it: through JSON. */
function onWire(explanation: Explanation): DecisionOnWire {
  return JSON.parse(JSON.stringify(encodeDecision(explanation))) as DecisionOnWire;
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\u2028', '\ud800', 'é'),
);
const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const rule = fc.record(
  {
    scope: fc.record({ kind: fc.constantFrom('agent', 'session', 'wallet'), id: text }),
    effect: fc.constantFrom('refuses', 'waits', 'covers'),
    passes: fc.boolean(),
    code: optional(fc.constantFrom('window_limit_exceeded', 'count_limit_exceeded', 'insufficient_funds')),
    rule: optional(fc.oneof(text, fc.constantFrom('amount:day:USD', 'count:day:USD'))),
    asset: optional(fc.oneof(fc.constantFrom('USD', 'JPY'), text)),
    limit: optional(units),
    spent: optional(units),
    held: optional(units),
    requested: optional(units),
    remaining: optional(units),
    resets_at: optional(fc.integer({ min: 0, max: 8_640_000_000_000_000 })),
    remaining_after: optional(units),
  },
  { requiredKeys: ['scope', 'effect', 'passes'] },
) as fc.Arbitrary<ExplainedRule>;

const payment = {
  amount: '1000',
  asset: 'USD',
  payer: { agent_id: 'agt_1', handle: 'planner', wallet_id: 'wal_1' },
  payee: { service: 'search' },
  protocol: 'direct',
  session_id: 'ses_1',
  labels: { label: 'goal="draft"' },
} as const;

describe('The text of a decision', () => {
  it('D7: is byte for byte the rendered answer, whatever its rules hold', () => {
    fc.assert(
      fc.property(fc.array(rule), fc.integer({ min: 0, max: 4_102_444_800_000 }), (rules, time) => {
        const explanation: Explanation = { would: 'captured', time, payment, policy_version: 5, rules };
        expect(decisionText(onWire(explanation))).toBe(JSON.stringify(renderDecision(explanation)));
      }),
    );
  });

  it('D7: says the same of a refusal, of a first use and of a conflict', () => {
    const decline = {
      code: 'window_limit_exceeded',
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'amount:day:USD',
      asset: 'USD',
      limit: '2000',
      spent: '1500',
      held: '0',
      requested: '1000',
      remaining: '500',
      resets_at: Date.UTC(2026, 0, 2),
    } as const;
    const time = Date.UTC(2026, 0, 1, 12);
    const refused: ExplainedRule = { ...decline, effect: 'refuses', passes: false };
    const explanations: Explanation[] = [
      { would: 'declined', time, decline, payment: { ...payment, newcomer: true }, rules: [refused] },
      {
        would: 'conflict',
        time,
        decline: { code: 'idempotency_key_conflict', scope: { kind: 'request', id: 'key "1"' } },
        rules: [],
      },
    ];
    for (const explanation of explanations)
      expect(decisionText(onWire(explanation))).toBe(JSON.stringify(renderDecision(explanation)));
    expect(JSON.parse(decisionText(onWire(explanations[0]!)))).toMatchObject({
      rules: [{ limit: '0.002', remaining: '0.0005', resets_at: '2026-01-02T00:00:00.000Z' }],
    });
  });
});
