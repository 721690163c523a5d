import type { SettlementAnswer, SettlementRequest } from '#contracts';
import type { Logger } from '#observability';
import { Answered } from './refused.js';

/** Runs a use case: refusals are answers, and a fault of ours is one that says nothing of the inside (fail closed). */
export async function answer(
  logger: Logger,
  request: SettlementRequest,
  run: (request: SettlementRequest) => SettlementAnswer | Promise<SettlementAnswer>,
): Promise<SettlementAnswer> {
  try {
    return await run(request);
  } catch (thrown) {
    if (thrown instanceof Answered) return thrown.answer;
    logger.error({ err: thrown }, 'A request to settlement failed');
    return { kind: 'problem', code: 'internal_error' };
  }
}
