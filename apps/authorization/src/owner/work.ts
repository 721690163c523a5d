import type { Command, Query } from '#domain';
import type { OwnerAnswer } from '#contracts';

/** One command or question on its way through the owner. `answer` is called exactly once. */
export interface Work {
  readonly request: Command | Query;
  readonly partition: number;
  /** When it arrived, by the owner's clock. */
  readonly arrived_at: number;
  answer(answer: OwnerAnswer): void;
  /** Called where the command itself cannot be written, whatever is tried: it goes to the dead letters. */
  poisoned?(reason: string): void;
}

export function isQuery(request: Command | Query): request is Query {
  return request.type.startsWith('query.');
}
