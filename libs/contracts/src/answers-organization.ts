import type { Asset } from '#domain';
import { limitNow } from './answers-limit.js';
import { renderLists } from './answers-lists.js';
import { numberWithTwin } from './answers-money.js';
import { renderThreshold } from './answers-threshold.js';
import type { OrganizationView } from './wire.js';

/** The org's settings as its owner knows them now. */
export function renderOrganization(view: OrganizationView) {
  const { first_use } = view;
  const asset = view.default_asset as Asset;
  return {
    org_id: view.org_id,
    name: view.name,
    currency: asset,
    limits: view.limits.map(limitNow),
    lists: view.lists ? renderLists(view.lists) : null,
    approval_above: renderThreshold(view.approval_above),
    accept_foreign_payments: view.accept_foreign_payments,
    first_use: {
      enabled: first_use.enabled,
      agents_maximum: first_use.agents_maximum,
      ...numberWithTwin('per_payment', first_use.per_payment, asset),
      ...numberWithTwin('per_day', first_use.per_day, asset),
      ...numberWithTwin('together_per_day', first_use.together_per_day, asset),
    },
    policy_version: view.policy_version,
  };
}

export type OrganizationAnswer = ReturnType<typeof renderOrganization>;
