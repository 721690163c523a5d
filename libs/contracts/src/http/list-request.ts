import type { ListEntries, OpenHours, SpendLists } from '#domain';
import { z } from 'zod';
import { BOUNDS, CATEGORY, SERVICE } from './bounds.js';
import { handleField, idField, rule } from './fields.js';
import { isTimeZone } from './limit-request.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const TIME_RULE = 'must be a time of day such as 09:00, at most 24:00';

function entriesOf<Field extends z.ZodType>(field: Field) {
  return z
    .array(field, rule('must be a list'))
    .max(BOUNDS.list_entries, { error: `must have at most ${BOUNDS.list_entries} entries` })
    .optional();
}

const listEntries = z
  .strictObject({
    services: entriesOf(z.string(rule('must be a service')).regex(SERVICE, { error: 'must be a service' })),
    payees: entriesOf(handleField).meta({ description: 'Agents, by id or handle; kept by id.' }),
    payee_orgs: entriesOf(idField),
    categories: entriesOf(z.string(rule('must be a category')).regex(CATEGORY, { error: 'must be a category' })),
    protocols: entriesOf(z.enum(['direct', 'x402', 'acp', 'ap2'], rule('must be direct, x402, acp or ap2'))),
  })
  .transform((entries): ListEntries => withoutAbsent(entries))
  .meta({ id: 'ListEntries' });

const timeOfDay = z.string(rule(TIME_RULE)).regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: TIME_RULE });

const hours = z
  .strictObject({
    time_zone: z
      .string(rule('must be an IANA time zone'))
      .refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' }),
    open: z
      .array(
        z.strictObject({
          days: z
            .array(z.enum(WEEKDAYS, rule(`must be one of ${WEEKDAYS.join(', ')}`)), rule('must be a list of days'))
            .min(1, { error: 'must name a day' })
            .max(7, { error: 'must name each day once' }),
          from: timeOfDay,
          to: timeOfDay,
        }),
        rule('must be a list of {days, from, to}'),
      )
      .max(BOUNDS.open_spans, { error: `must have at most ${BOUNDS.open_spans} entries` }),
  })
  .transform((given, context): OpenHours => {
    const spans = given.open.flatMap(({ days, from, to }, index) => {
      if (minuteOf(from) >= minuteOf(to)) {
        context.addIssue({ code: 'custom', path: ['open', index, 'to'], message: 'must be later than from' });
      }
      return days.map((day) => {
        const midnight = WEEKDAYS.indexOf(day) * 1_440;
        return { from: midnight + minuteOf(from), to: midnight + minuteOf(to) };
      });
    });
    return { time_zone: given.time_zone, spans: spans.toSorted((one, other) => one.from - other.from) };
  })
  .meta({
    id: 'OpenHours',
    description: 'Times of the local week at which money may be spent; none open means never.',
  });

/** Allow and deny lists and hours, read into the domain's rules. Deny wins; an empty allow list allows nothing. */
export const listsField = z
  .strictObject({ allow: listEntries.optional(), deny: listEntries.optional(), hours: hours.optional() })
  .transform((lists): SpendLists => withoutAbsent(lists))
  .meta({
    id: 'SpendLists',
    description:
      'Deny wins; an empty allow list allows nothing, an absent one is no rule. Where an allow list has any of services, ' +
      'payees and payee_orgs, a payment must be to one that these name.',
  });

function minuteOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number) as [number, number];
  return hour * 60 + minute;
}

/** Events are stored as they are made, and a member that is absent is not one that is undefined. */
function withoutAbsent<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
