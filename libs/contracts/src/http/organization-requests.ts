import type { FirstUseSettings } from '#domain';
import { z } from 'zod';
import { approvalAboveField } from './approval-requests.js';
import { BOUNDS } from './bounds.js';
import { amountField, booleanField, deadlineField, rule, textField, unitsOf, wholeNumber } from './fields.js';
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
