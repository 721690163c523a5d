import { limitId, type LimitDefinition, type LimitKind } from '#domain';
import { z } from 'zod';
import { approvalAboveField } from './approval-requests.js';
import { BARE_LABEL, BOUNDS } from './bounds.js';
import {
  amountField,
  currencyField,
  deadlineField,
  handleField,
  idempotencyKeyField,
  labelField,
  labelsField,
  rule,
  textField,
  unitsOf,
  wholeNumber,
  type AmountInput,
} from './fields.js';
import { breakersField } from './breaker-request.js';
import { limitsField, shortLimit } from './limit-request.js';
import { listsField } from './list-request.js';

const protocols = z
  .array(z.enum(['direct', 'x402', 'acp', 'ap2'], rule('must be direct, x402, acp or ap2')), rule('must be a list'))
  .max(4, { error: 'must name each protocol once' });

const spendingCap = z.strictObject(
  { amount: amountField, currency: currencyField.optional() },
  rule('must be {amount, currency}'),
);

const fundingField = z.enum(['treasury', 'own'], rule('must be treasury or own'));

/** The three short forms under all their names; null lifts the limit. */
const shortForms = {
  spending_cap: spendingCap.nullable().optional().meta({ description: 'Lifetime cap.' }),
  spending_cap_usd: amountField.nullable().optional().meta({ description: 'Alias of `spending_cap`, in USD.' }),
  per_tx_limit: amountField.nullable().optional().meta({ description: 'Most that one payment may cost, in USD.' }),
  per_tx_limit_usd: amountField.nullable().optional().meta({ description: 'Alias of `per_tx_limit`.' }),
  daily_cap: amountField.nullable().optional().meta({ description: 'Cap per day (UTC), in USD.' }),
  daily_cap_usd: amountField.nullable().optional().meta({ description: 'Alias of `daily_cap`.' }),
};

type ShortForms = { [Name in keyof typeof shortForms]?: z.output<(typeof shortForms)[Name]> };

/** What the short forms that were given ask for. */
interface ShortFormChanges {
  set: LimitDefinition[];
  lifted: LimitKind[];
}

const ALIASES = [
  ['lifetime', 'spending_cap', 'spending_cap_usd'],
  ['payment', 'per_tx_limit', 'per_tx_limit_usd'],
  ['day', 'daily_cap', 'daily_cap_usd'],
] as const;

export const registerAgentSchema = z
  .strictObject({
    handle: handleField.optional(),
    payment_handle: handleField.optional().meta({ description: 'Alias of `handle`.' }),
    ...shortForms,
    limits: limitsField.optional(),
    protocols: protocols.optional().meta({ description: 'Allow list; absent means all.' }),
    lists: listsField.optional(),
    approval_above: approvalAboveField.optional(),
    breakers: breakersField.optional(),
    funding: fundingField.optional(),
    parent_agent_id: handleField.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const handle = body.handle ?? body.payment_handle;
    if (handle === undefined) context.addIssue({ code: 'custom', path: ['handle'], message: 'is missing' });
    if (body.handle !== undefined && body.payment_handle !== undefined && body.handle !== body.payment_handle) {
      context.addIssue({ code: 'custom', path: ['payment_handle'], message: 'must be the same as handle' });
    }
    const changes = shortFormChanges(body, context);
    return {
      handle: handle ?? '',
      limits: mergeLimits(body.limits ?? [], changes, context),
      protocols: body.protocols,
      lists: body.lists,
      approval_above: body.approval_above,
      breakers: body.breakers,
      funding: body.funding ?? ('treasury' as const),
      parent_agent: body.parent_agent_id,
      idempotency_key: body.idempotency_key,
      deadline_ms: body.deadline_ms,
    };
  })
  .meta({ id: 'RegisterAgentRequest' });

/** A patch repeated does no harm, so it takes no key. */
export const changeAgentSchema = z
  .strictObject({
    ...shortForms,
    limits: limitsField.optional().meta({ description: 'The whole new list; absent leaves the limits as they are.' }),
    protocols: protocols.nullable().optional().meta({ description: 'Allow list; null lifts it.' }),
    lists: listsField.nullable().optional().meta({ description: 'All lists anew; null lifts them.' }),
    approval_above: approvalAboveField.nullable().optional(),
    breakers: breakersField.nullable().optional().meta({ description: 'All breakers anew; null takes them away.' }),
    funding: fundingField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const changes = shortFormChanges(body, context);
    const { limits, protocols: allowed, lists, approval_above, breakers, funding, deadline_ms } = body;
    const named = Object.keys(body).some((name) => name !== 'deadline_ms');
    if (!named) {
      context.addIssue({ code: 'custom', path: [], message: 'must name something to change' });
    }
    return {
      ...(limits ? { limits: mergeLimits(limits, changes, context) } : deltas(changes)),
      protocols: allowed,
      lists,
      approval_above,
      breakers,
      funding,
      deadline_ms,
    };
  })
  .meta({ id: 'ChangeAgentRequest' });

/** What another spends in an agent's name: the shape is the field's (API.md). */
export const spendAuthSchema = z
  .strictObject({
    agent_id: handleField.optional().meta({
      description: "Whose money it is: id or handle. Default: the token's agent; with an org key the agent `default`.",
    }),
    limit_usd: amountField.meta({ description: 'The most that may be spent in all, in USD. 0 means 0.' }),
    label: labelField.optional().meta({ description: 'Everything it spends carries this; no payment can change it.' }),
    labels: labelsField.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const limit = unitsOf(body.limit_usd, 'USD', 0);
    if ('message' in limit) context.addIssue({ code: 'custom', path: ['limit_usd'], message: limit.message });
    const mapped = body.labels?.[BARE_LABEL];
    if (body.label !== undefined && mapped !== undefined && mapped !== body.label) {
      context.addIssue({ code: 'custom', path: ['label'], message: 'must be the same as labels.label' });
    }
    return {
      agent: body.agent_id,
      amount: 'units' in limit ? limit.units : 0n,
      asset: 'USD' as const,
      labels: body.label === undefined ? (body.labels ?? {}) : { ...body.labels, [BARE_LABEL]: body.label },
      idempotency_key: body.idempotency_key,
      deadline_ms: body.deadline_ms,
    };
  })
  .meta({ id: 'SpendAuthRequest' });

const step = { idempotency_key: idempotencyKeyField.optional(), deadline_ms: deadlineField.optional() };

export const freezeAgentSchema = z
  .strictObject({
    reason: textField(BOUNDS.reason_characters)
      .optional()
      .meta({ description: 'Stands in the log for ever: no place for personal data.' }),
    ...step,
  })
  .meta({ id: 'FreezeAgentRequest' });

export const unfreezeAgentSchema = z.strictObject(step).meta({ id: 'UnfreezeAgentRequest' });

export const revokeAgentSchema = z.strictObject(step).meta({ id: 'RevokeAgentRequest' });

/** Until the overlap has passed, the token before still opens the door. */
export const rotateTokenSchema = z
  .strictObject({
    overlap_seconds: wholeNumber(0, 86_400)
      .optional()
      .meta({ type: 'integer', minimum: 0, maximum: 86_400, description: 'Default: 300.' }),
    ...step,
  })
  .meta({ id: 'RotateTokenRequest' });

export type RegisterAgentRequest = z.output<typeof registerAgentSchema>;
export type ChangeAgentRequest = z.output<typeof changeAgentSchema>;

/** Short forms alone are applied by the book, to the limits that the agent has when its turn comes (E6). */
function deltas({ set, lifted }: ShortFormChanges): { set_limits?: LimitDefinition[]; lift_limits?: LimitKind[] } {
  return {
    ...(lifted.length > 0 ? { lift_limits: lifted } : {}),
    ...(set.length > 0 ? { set_limits: set } : {}),
  };
}

function shortFormChanges(body: ShortForms, context: z.RefinementCtx): ShortFormChanges {
  const changes: ShortFormChanges = { set: [], lifted: [] };
  for (const [per, name, alias] of ALIASES) {
    if (body[name] !== undefined && body[alias] !== undefined) {
      context.addIssue({ code: 'custom', path: [alias], message: `must not stand beside ${name}` });
      continue;
    }
    const field = body[name] !== undefined ? name : alias;
    const value = body[field];
    if (value === undefined) continue;
    if (value === null) {
      // The lifetime cap may be in any currency, so its short form without one lifts it in whichever it is.
      changes.lifted.push({ of: 'amount', per, ...(field === 'spending_cap' ? {} : { asset: 'USD' }) });
      continue;
    }
    const cap = isCap(value) ? value : { amount: value, currency: undefined };
    const made = shortLimit(per, cap.amount, cap.currency ?? 'USD');
    if ('limit' in made) changes.set.push(made.limit);
    else context.addIssue({ code: 'custom', path: isCap(value) ? [field, 'amount'] : [field], message: made.message });
  }
  return changes;
}

function isCap(value: AmountInput | z.output<typeof spendingCap>): value is z.output<typeof spendingCap> {
  return typeof value === 'object' && 'amount' in value;
}

/** A list with short forms beside it: each limit once. */
function mergeLimits(
  limits: readonly LimitDefinition[],
  { set }: ShortFormChanges,
  context: z.RefinementCtx,
): LimitDefinition[] {
  const all = [...limits, ...set];
  const names = all.map(limitId);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    context.addIssue({ code: 'custom', path: ['limits'], message: `must not have ${name} twice` });
  });
  return all;
}
