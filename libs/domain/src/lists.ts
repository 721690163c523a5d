import type { Payee, Protocol } from './parties.js';
import { localMinuteOfWeek } from './calendar.js';

/**
 * What may be paid and when, of an agent, a session or the org. Deny wins. A list that is absent is no rule; an allow list that
 * is empty allows nothing. `services`, `payees` and `payee_orgs` of an allow list name where money may go: where any of the
 * three is given, a payment has to be on one of them.
 */
export interface SpendLists {
  allow?: ListEntries;
  deny?: ListEntries;
  hours?: OpenHours;
}

export interface ListEntries {
  services?: readonly string[];
  /** Agent ids. */
  payees?: readonly string[];
  payee_orgs?: readonly string[];
  categories?: readonly string[];
  protocols?: readonly Protocol[];
}

/** Times of the week at which money may be spent, in an IANA time zone. */
export interface OpenHours {
  time_zone: string;
  /** Minutes of the local week, from Monday 00:00; `from` is open, `to` (up to 10,080) no more. */
  spans: readonly { from: number; to: number }[];
}

export interface ListedPayment {
  payee: Payee;
  payee_org: string;
  protocol: Protocol;
  category?: string | undefined;
}

export type ListRefusal = {
  code: 'service_not_allowed' | 'payee_not_allowed' | 'category_not_allowed' | 'protocol_not_allowed' | 'outside_hours';
  /** Which list, such as `deny:services` or `allow:categories`. */
  rule: string;
};

/** The list that refuses the payment at this moment, if any. */
export function refusedByLists(lists: SpendLists, payment: ListedPayment, at: number): ListRefusal | undefined {
  return (
    (lists.deny && deniedBy(lists.deny, payment)) ??
    (lists.allow && notAllowedBy(lists.allow, payment)) ??
    (lists.hours && closedAt(lists.hours, at))
  );
}

function deniedBy(deny: ListEntries, payment: ListedPayment): ListRefusal | undefined {
  const { payee, protocol, category } = payment;
  if ('service' in payee && deny.services?.includes(payee.service))
    return { code: 'service_not_allowed', rule: 'deny:services' };
  if ('agent_id' in payee && deny.payees?.includes(payee.agent_id))
    return { code: 'payee_not_allowed', rule: 'deny:payees' };
  if (!('service' in payee) && deny.payee_orgs?.includes(payment.payee_org))
    return { code: 'payee_not_allowed', rule: 'deny:payee_orgs' };
  if (category !== undefined && deny.categories?.includes(category))
    return { code: 'category_not_allowed', rule: 'deny:categories' };
  return deny.protocols?.includes(protocol) ? { code: 'protocol_not_allowed', rule: 'deny:protocols' } : undefined;
}

function notAllowedBy(allow: ListEntries, payment: ListedPayment): ListRefusal | undefined {
  const { payee, protocol, category } = payment;
  const { services, payees, payee_orgs, categories, protocols } = allow;
  if ((services ?? payees ?? payee_orgs) !== undefined) {
    const listed =
      'service' in payee
        ? services?.includes(payee.service)
        : ('agent_id' in payee && payees?.includes(payee.agent_id)) || payee_orgs?.includes(payment.payee_org);
    if (!listed)
      return 'service' in payee
        ? { code: 'service_not_allowed', rule: `allow:${firstOf(allow, 'services', 'payees', 'payee_orgs')}` }
        : { code: 'payee_not_allowed', rule: `allow:${firstOf(allow, 'payees', 'payee_orgs', 'services')}` };
  }
  if (categories && (category === undefined || !categories.includes(category)))
    return { code: 'category_not_allowed', rule: 'allow:categories' };
  return protocols && !protocols.includes(protocol)
    ? { code: 'protocol_not_allowed', rule: 'allow:protocols' }
    : undefined;
}

/** The first of these lists that stands there: a refusal names no list that nobody set. */
function firstOf(allow: ListEntries, ...names: (keyof ListEntries)[]): string {
  return names.find((name) => allow[name] !== undefined) ?? names[0]!;
}

function closedAt(hours: OpenHours, at: number): ListRefusal | undefined {
  const minute = localMinuteOfWeek(hours.time_zone, at);
  const open = hours.spans.some(({ from, to }) => from <= minute && minute < to);
  return open ? undefined : { code: 'outside_hours', rule: 'hours' };
}
