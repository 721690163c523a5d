import type { Breakers } from '#domain';
import { z } from 'zod';
import { BOUNDS, SERVICE } from './bounds.js';
import { handleField, rule, wholeNumber } from './fields.js';
import { limitsField } from './limit-request.js';

const inARow = wholeNumber(1, 10_000).optional();

/** Breakers freeze the agent; each is off unless it is given. */
export const breakersField = z
  .strictObject({
    declines_in_a_row: inARow.meta({ description: 'So many payments refused by rule, one after the other, freeze.' }),
    failures_in_a_row: inARow.meta({ description: 'So many holds voided or expired with nothing captured freeze.' }),
    limits: limitsField.optional().meta({
      description: 'Windows of amounts or counts: the payment that would pass one is refused and freezes.',
    }),
    expected: z
      .strictObject({
        services: z
          .array(
            z.string(rule('must be a service')).regex(SERVICE, { error: 'must be a service' }),
            rule('must be a list'),
          )
          .max(BOUNDS.list_entries)
          .optional(),
        payees: z.array(handleField, rule('must be a list')).max(BOUNDS.list_entries).optional(),
      })
      .optional()
      .meta({ description: 'A payment to any other service or agent freezes.' }),
  })
  .superRefine(({ limits }, context) => {
    limits?.forEach(({ of, per }, index) => {
      if (of !== 'held' && per !== 'payment' && per !== 'lifetime') return;
      context.addIssue({ code: 'custom', path: ['limits', index, 'per'], message: 'must be a window of time' });
    });
  })
  .transform(
    (breakers): Breakers =>
      Object.fromEntries(Object.entries(breakers).filter(([, value]) => value !== undefined)) as Breakers,
  )
  .meta({ id: 'Breakers' });
