import type { BookState } from '../state/index.js';
import {
  approvalsPending,
  eachThreshold,
  grantFigures,
  isMeantFor,
  mayWait,
  type ThresholdFigures,
} from './approval-needed.js';
import type { PreparedPayment } from './prepare-payment.js';
import type { DecideSettings } from './context.js';
import { leftAfter, withFigures, type ExplainedRule } from './explained-rule.js';
import { declineOf, type Asked } from './rules.js';

/** Whether the payment would have to wait, were nothing against it, and the rules that say so. */
export interface WaitingRules {
  waits: boolean;
  rules: ExplainedRule[];
}

/**
 * What is asked of a payment that every rule lets pass, by the functions of `approvalFor`: thresholds, the strictest first; the
 * grants for payments like this one, the oldest first; and where none covers it, how many may wait.
 */
export function waitingRules(state: BookState, payment: PreparedPayment, settings: DecideSettings): WaitingRules {
  const { chain, asked } = payment;
  const thresholds: ThresholdFigures[] = [];
  eachThreshold(state, payment, asked, (figures) => thresholds.push(figures));
  if (thresholds.length === 0) return { waits: false, rules: [] };
  const isAbove = thresholds.some(({ passes }) => !passes);
  const grants = grantRules(state, payment, isAbove);
  const waits = isAbove && !grants.some(({ passes }) => passes);
  const payer = chain[0]!;
  return {
    waits,
    rules: [
      ...thresholds
        .toSorted((one, other) => Number(one.amount - other.amount))
        .map((figures) => thresholdRule(figures, asked)),
      ...grants,
      ...(waits ? [withFigures(approvalsPending(payer, settings), mayWait(payer, settings))] : []),
    ],
  };
}

function thresholdRule(
  { scope, amount, passes }: ThresholdFigures,
  { asset, amount: requested }: Asked,
): ExplainedRule {
  return {
    scope,
    rule: 'approval_above',
    asset,
    limit: amount.toString(),
    requested: requested.toString(),
    effect: 'waits',
    passes,
  };
}

/** A payment draws on the oldest grant that covers it, if it is above a threshold; the others stay as they are. */
function grantRules(state: BookState, { details, asked }: PreparedPayment, isAbove: boolean): ExplainedRule[] {
  const grants = [...state.grants.values()].filter((grant) => isMeantFor(grant, details, asked));
  let draws = isAbove;
  return grants
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .flatMap((grant): ExplainedRule[] => {
      const figures = grantFigures(grant, asked);
      if (!figures) return [];
      const { code: _code, ...told } = declineOf(grant.limit, figures, { kind: 'grant', id: grant.id });
      if (!figures.passes) return [{ effect: 'covers', passes: false, ...told }];
      const remaining_after = draws ? leftAfter(told) : told.remaining!;
      draws = false;
      return [{ effect: 'covers', passes: true, ...told, remaining_after }];
    });
}
