import {
  explain,
  type AuthorizePayment,
  type CycleFacts,
  type DecideSettings,
  type MissingFacts,
  type Query,
} from '#domain';
import { encodeDecision, type OwnerAnswer } from '#contracts';
import { refused, type QuestionContext } from './question.js';

/** What a dry run is answered from beside the book: facts of its cycle, which came in one query with those of payments. */
export interface DecisionFacts {
  facts: CycleFacts;
  settings: DecideSettings;
  /** Brings what could not be guessed before. */
  load: (missing: MissingFacts) => Promise<void>;
}

/** What a payment would be answered now, by the same code and with the same key looked up (D6). Appends nothing. */
export async function decisionAnswer(
  { book, now }: QuestionContext,
  query: Extract<Query, { type: 'query.decision' }>,
  { facts, settings, load }: DecisionFacts,
): Promise<OwnerAnswer> {
  const command = paymentOf(query);
  for (let round = 0; round < 3; round++) {
    const answer = explain(book, facts, command, now, settings);
    if (answer.kind === 'refuse') return refused(answer.refusal);
    if (answer.kind === 'explained') return { kind: 'decision', decision: encodeDecision(answer.explanation) };
    await load(answer.missing);
  }
  return { kind: 'unavailable', code: 'book_unavailable' };
}

/** The payment that a dry run asks about. */
export function paymentOf(query: Extract<Query, { type: 'query.decision' }>): AuthorizePayment {
  return { ...query, type: 'payment.authorize' };
}
