import type { OwnerAnswer } from '#contracts';
import type { DecideSettings, MissingFacts } from '#domain';
import type { LogStore } from '#event-log';
import type { Clock } from '../ports.js';
import { answerQuestion } from '../queries/index.js';
import type { DecidedCycle } from './decided.js';
import { loadFacts } from './load-facts.js';
import type { OwnedPartition } from './partition.js';
import type { Work } from './work.js';

interface AnswerParts {
  log: LogStore;
  clock: Clock;
  settings: DecideSettings;
  alarm: (message: string, error: unknown) => void;
}

/** The answer to a question of a cycle, from what is committed; refused where what it takes cannot be read. */
export async function answerInCycle(
  { log, clock, settings, alarm }: AnswerParts,
  cycle: DecidedCycle,
  work: Work,
  partition: OwnedPartition,
): Promise<OwnerAnswer> {
  const { org } = work.request;
  const load = (missing: MissingFacts) => loadFacts(log, cycle, [{ partition, org, missing }]);
  try {
    const known = { facts: cycle.factsOf(org), settings, load };
    return await answerQuestion(log, partition, work.request, clock.now(), known);
  } catch (error) {
    alarm('a question could not be answered', error);
    return { kind: 'unavailable', code: 'book_unavailable' };
  }
}
