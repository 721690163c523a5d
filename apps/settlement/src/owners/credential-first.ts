import type { SettlementRequest } from '#contracts';
import type { SettlementParts } from '../ports.js';
import { Answered, expectKind } from '../refused.js';
import { callerOf, queryHeader } from './command-header.js';

/**
 * Runs a use case. Where settlement itself refuses, no book has judged the credential yet, so the caller's book is asked first:
 * who is nobody is told that, and nothing of the request. A request that passes costs its book no question more. What settlement's
 * own refusal looks like is said by calls that have a shape of their own for it.
 */
export async function credentialFirst<Result>(
  { owners }: Pick<SettlementParts, 'owners'>,
  request: SettlementRequest,
  run: () => Promise<Result>,
  isOwnRefusal: (thrown: unknown) => boolean = isProblem,
): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    if (!isOwnRefusal(thrown)) throw thrown;
    const caller = callerOf(request);
    const query = { type: 'query.credential' as const, ...queryHeader(caller, request.deadline) };
    expectKind(await owners.send(caller.org, query), 'credential');
    throw thrown;
  }
}

function isProblem(thrown: unknown): boolean {
  return thrown instanceof Answered && thrown.answer.kind === 'problem';
}
