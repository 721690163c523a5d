import { organizationOf } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { limitView } from './limit-view.js';
import { refused, type QuestionContext } from './question.js';

/** The org's settings with what its own limits have left; for org keys. */
export function organizationAnswer({ book, actor, now }: QuestionContext): OwnerAnswer {
  const organization = organizationOf(book);
  if (!organization || (actor.kind !== 'key' && actor.kind !== 'owner'))
    return refused({ code: 'role_not_allowed', scope: { kind: 'organization', id: organization?.id ?? '' } });
  const { id, name, default_asset, first_use, limits, lists, approval_above, totals, policy_version } = organization;
  const { accept_foreign_payments } = organization;
  return {
    kind: 'organization',
    organization: {
      org_id: id,
      name,
      default_asset,
      first_use,
      limits: limits.map((limit) => limitView(limit, totals, now)),
      ...(lists ? { lists } : {}),
      ...(approval_above ? { approval_above } : {}),
      accept_foreign_payments,
      policy_version,
    },
  };
}

/** The one setting that concerns other orgs; settlement asks it, and nobody else (`owner-requests.ts`). */
export function foreignPaymentsAnswer({ book, actor }: QuestionContext): OwnerAnswer {
  const organization = organizationOf(book);
  if (!organization || actor.kind !== 'owner')
    return refused({ code: 'role_not_allowed', scope: { kind: 'organization', id: organization?.id ?? '' } });
  return { kind: 'foreign_payments', accepted: organization.accept_foreign_payments };
}
