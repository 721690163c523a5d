import { requireAdministrator, type Key } from '#domain';
import type { KeyView, OwnerAnswer } from '#contracts';
import { pageAfter } from './page.js';
import type { QuestionContext } from './question.js';

/** A page of the org's keys in order of their ids, for its administrators. Hashes stay where they are (F4). */
export function keysAnswer({ book, actor }: QuestionContext, limit: number, after: string | undefined): OwnerAnswer {
  requireAdministrator(actor);
  const { page, more } = pageAfter(book.keys.values(), after, limit);
  return { kind: 'keys', keys: page.map(keyView), more };
}

function keyView({ id, role, name, revoked }: Key): KeyView {
  return { key_id: id, role, name, revoked };
}
