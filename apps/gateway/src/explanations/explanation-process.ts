import { setPriority } from 'node:os';
import { readConfig } from '#config';
import { DEFAULT_DECIDE_SETTINGS } from '#domain';
import { PostgresLogStore } from '#event-log';
import { DecisionExplainer } from './explain-decision.js';
import type { ExplanationAnswer, ExplanationQuestion } from './forked-explainer.js';

/**
 * A process of its own, started by a gateway when a past decision is to be explained: folding a book takes seconds, in which
 * a gateway would answer nobody. Runs behind what serves, and ends when its starter does.
 */
process.once('disconnect', () => process.exit(0));
setPriority(10);
const config = readConfig('gateway');
const log = await PostgresLogStore.open({ url: config.databaseUrl, role: 'bursar_reader' });
const explainer = new DecisionExplainer(log, {
  ...DEFAULT_DECIDE_SETTINGS,
  approvals_pending_maximum: config.approvalsPending,
});

process.on('message', ({ number, place }: ExplanationQuestion) => {
  explainer.explain(place).then(
    (explanation) => answer({ number, explanation }),
    (error: unknown) => answer({ number, failed: error instanceof Error ? error.message : String(error) }),
  );
});
answer({ ready: true });

function answer(message: ExplanationAnswer): void {
  process.send?.(message);
}
