import { decide, type Query, type TransferSigned } from '#domain';
import type { OwnerAnswer } from '#contracts';
import type { DecisionFacts } from './decision.js';
import { refused, type QuestionContext } from './question.js';

type Asked = Extract<Query, { type: 'query.signed_transfer' }>;

/** What `payment.transfer_signed` would do now, by the same code, short of doing it. */
export async function signedTransferAnswer(
  { book, now }: QuestionContext,
  query: Asked,
  { facts, settings, load }: DecisionFacts,
): Promise<OwnerAnswer> {
  for (let round = 0; round < 3; round++) {
    const decision = decide(book, facts, transferOf(query), now, settings);
    switch (decision.kind) {
      case 'needs':
        await load(decision.missing);
        continue;
      case 'refuse':
        return refused(decision.refusal);
      case 'replay':
      case 'record': {
        const event = decision.kind === 'replay' ? decision.bound.event : decision.events[decision.primary]!;
        if (event.type === 'payment.declined') return refused(event.decline);
        if (event.type !== 'payment.transferred') throw new Error(`what was signed is not settled by ${event.type}`);
        const { agent_id, handle } = event.payer;
        return { kind: 'signed_transfer', payer: { agent_id, handle } };
      }
    }
  }
  return { kind: 'unavailable', code: 'book_unavailable' };
}

/** What settling would ask for. */
export function transferOf(query: Asked): TransferSigned {
  return { ...query, type: 'payment.transfer_signed' };
}
