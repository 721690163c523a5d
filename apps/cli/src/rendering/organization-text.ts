import type { OrganizationAnswer } from '#client';
import { limitsText } from './agent-text.js';
import { fields } from './table.js';

export function organizationText(organization: OrganizationAnswer): string {
  const { first_use: first, approval_above: above, lists } = organization;
  const lines = fields([
    ['organization', organization.org_id],
    ['name', organization.name],
    ['currency', organization.currency],
    ['approval above', above && `${above.amount_exact} ${above.currency}`],
    ['lists', lists && JSON.stringify(lists)],
    ['foreign payments', organization.accept_foreign_payments ? 'accepted' : 'refused'],
    [
      'unknown agents',
      first.enabled
        ? `registered by their first payment: ${first.per_payment_exact} each, ${first.per_day_exact} a day; together ${first.together_per_day_exact} a day, ${first.agents_maximum} agents`
        : 'refused',
    ],
    ['policy version', organization.policy_version],
  ]);
  return `${lines}\n\n${limitsText(organization.limits)}`;
}
