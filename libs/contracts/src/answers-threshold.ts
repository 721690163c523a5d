import type { ApprovalThreshold } from '#domain';
import { numberWithTwin } from './answers-money.js';

/** As agents, sessions and the org show theirs; null where there is none. */
export function renderThreshold(threshold: ApprovalThreshold | undefined) {
  if (!threshold) return null;
  return { ...numberWithTwin('amount', threshold.amount, threshold.asset), currency: threshold.asset };
}

export type ThresholdAnswer = ReturnType<typeof renderThreshold>;
