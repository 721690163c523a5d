import type { DeclineFields } from '#contracts';

/** A recorded payment that a draft would have decided otherwise. */
export interface OtherwiseDecided {
  payment_id: string;
  agent_id: string;
  amount: string;
  currency: string;
  decided_at: string;
  decline: DeclineFields;
}

export interface PolicySimulation {
  judged: number;
  would_refuse: number;
  would_pass: number;
  rules: { rule: string; code: string; payments: number; currency: string; amount: string }[];
  /** The first 100 of each. */
  refused: OtherwiseDecided[];
  passed: OtherwiseDecided[];
  /** False where the log was too long for one call: it was judged until `judged_until`. */
  complete: boolean;
  judged_until: string;
}
