import { actorId, RefusedSignal, type Book, type Grant } from '#domain';
import type { GrantView, OwnerAnswer } from '#contracts';
import { limitView } from './limit-view.js';
import { pageAfter } from './page.js';
import type { QuestionContext } from './question.js';

/** Live grants with what is left of each, for org keys. */
export function grantsAnswer({ book, actor, now }: QuestionContext, limit: number, after?: string): OwnerAnswer {
  if (actor.kind === 'agent' || actor.kind === 'session')
    throw new RefusedSignal({ code: 'role_not_allowed', scope: { kind: actor.kind, id: actorId(actor) } });
  const live = [...book.grants.values()].filter((grant) => (grant.expires_at ?? Infinity) > now);
  const { page, more } = pageAfter(live, after, limit);
  return { kind: 'grants', grants: page.map((grant) => grantView(book, grant, now)), more };
}

function grantView(book: Book, grant: Grant, now: number): GrantView {
  const agent = grant.agent_id === undefined ? undefined : book.agents.get(grant.agent_id);
  return {
    grant_id: grant.id,
    ...(agent ? { agent: { agent_id: agent.id, handle: agent.handle } } : {}),
    payee: grant.payee,
    limit: limitView(grant.limit, {}, now),
    ...(grant.expires_at === undefined ? {} : { expires_at: grant.expires_at }),
    policy_version: grant.policy_version,
  };
}
