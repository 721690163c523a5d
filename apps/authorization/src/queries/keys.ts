import { requireAdministrator, type Key } from '#domain';
import type { KeyView, OwnerAnswer } from '#contracts';
import type { QuestionContext } from './question.js';

/** A page of the org's keys in order of their ids, for its administrators. Hashes stay where they are (F4). */
export function keysAnswer({ book, actor }: QuestionContext, limit: number, after: string | undefined): OwnerAnswer {
  requireAdministrator(actor);
  const following = [...book.keys.values()]
    .filter(({ id }) => after === undefined || id > after)
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return { kind: 'keys', keys: following.slice(0, limit).map(keyView), more: following.length > limit };
}

function keyView({ id, role, name, revoked }: Key): KeyView {
  return { key_id: id, role, name, revoked };
}
