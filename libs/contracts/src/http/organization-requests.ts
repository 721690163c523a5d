import type { FirstUseSettings } from '#domain';
import { z } from 'zod';
import { approvalAboveField } from './approval-requests.js';
import { BOUNDS } from './bounds.js';
import {
  amountField,
  booleanField,
  deadlineField,
  idempotencyKeyField,
  rule,
  textField,
  unitsOf,
  wholeNumber,
} from './fields.js';
import { limitsField } from './limit-request.js';
import { listsField } from './list-request.js';

const firstUse = z
  .strictObject(
    {
      enabled: booleanField.optional(),
      per_payment: amountField.optional(),
      per_day: amountField.optional(),
      agents_maximum: wholeNumber(0, 1_000_000).optional(),
      together_per_day: amountField.optional(),
    },
    rule('must be an object'),
  )
  .meta({ id: 'FirstUse', description: 'Defaults for agents that the org has never seen, in its default currency.' });

/** A patch repeated does no harm, so it takes no key. Amounts of `first_use` are USD, the default asset of every org. */
export const changeOrganizationSchema = z
  .strictObject({
    name: textField(BOUNDS.name_characters, 1).optional(),
    limits: limitsField.optional().meta({ description: 'What all agents may spend together; the whole new list.' }),
    lists: listsField.nullable().optional().meta({ description: 'All lists anew; null lifts them.' }),
    approval_above: approvalAboveField.nullable().optional(),
    accept_foreign_payments: booleanField.optional().meta({
      description: 'False: payments from other orgs are refused for good, and come back to who pays. Default true.',
    }),
    first_use: firstUse.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform(({ first_use, ...body }, context) => {
    if (first_use === undefined && Object.keys(body).every((name) => name === 'deadline_ms')) {
      context.addIssue({ code: 'custom', path: [], message: 'must name something to change' });
    }
    return { ...body, first_use: first_use && unitsOfFirstUse(first_use, context) };
  })
  .meta({ id: 'ChangeOrganizationRequest' });

/** A new org with its first admin key; `initial_credits` is the money that its treasury starts with. */
export const openOrganizationSchema = z
  .strictObject({
    name: textField(BOUNDS.name_characters, 1),
    initial_credits: amountField.optional(),
    first_use: firstUse.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform(({ first_use, initial_credits, ...body }, context) => {
    const initial = initial_credits === undefined ? { units: 0n } : unitsOf(initial_credits, 'USD', 0);
    if ('message' in initial) context.addIssue({ code: 'custom', path: ['initial_credits'], message: initial.message });
    return {
      ...body,
      initial_amount: 'units' in initial ? initial.units : 0n,
      first_use: first_use && unitsOfFirstUse(first_use, context),
    };
  })
  .meta({ id: 'OpenOrganizationRequest' });

/** Another admin key for an org, for whoever runs Bursar: the way back in where all of its own are lost. */
export const issueAdminKeySchema = z
  .strictObject({
    name: textField(BOUNDS.name_characters, 1),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .meta({ id: 'IssueAdminKeyRequest' });

/** Defaults for unseen agents by the names that the settings give them, in credits. */
interface FirstUseByName {
  firstUse: boolean;
  firstUsePerPayment: string;
  firstUsePerDay: string;
  firstUseAgents: number;
  firstUseGroupPerDay: string;
}

/**
 * The same as events keep them, in units.
 *
 * @throws where one is no amount
 */
export function firstUseOfSettings(settings: FirstUseByName): FirstUseSettings {
  return {
    enabled: settings.firstUse,
    per_payment: unitsOfCredits(settings.firstUsePerPayment).toString(),
    per_day: unitsOfCredits(settings.firstUsePerDay).toString(),
    agents_maximum: settings.firstUseAgents,
    together_per_day: unitsOfCredits(settings.firstUseGroupPerDay).toString(),
  };
}

/** @throws where it is no amount */
export function unitsOfCredits(credits: string): bigint {
  const found = unitsOf(credits, 'USD', 0);
  if ('message' in found) throw new Error(`${credits} is no amount of credits: it ${found.message}`);
  return found.units;
}

function unitsOfFirstUse(given: z.output<typeof firstUse>, context: z.RefinementCtx): Partial<FirstUseSettings> {
  const { enabled, agents_maximum } = given;
  const settings: Partial<FirstUseSettings> = {
    ...(enabled === undefined ? {} : { enabled }),
    ...(agents_maximum === undefined ? {} : { agents_maximum }),
  };
  for (const name of ['per_payment', 'per_day', 'together_per_day'] as const) {
    const amount = given[name];
    if (amount === undefined) continue;
    const units = unitsOf(amount, 'USD', 0);
    if ('message' in units) context.addIssue({ code: 'custom', path: ['first_use', name], message: units.message });
    else settings[name] = units.units.toString();
  }
  return settings;
}
