import { z } from 'zod';

/**
 * What answers look like, for the OpenAPI document; tests hold rendered answers to them. Decimal strings are the rule;
 * agents and sessions give JSON numbers, each with its exact twin.
 */
const decimalText = z.string().meta({ id: 'Decimal', description: 'Exact decimal amount.', examples: ['0.05'] });
const isoTime = z.iso.datetime().meta({ id: 'Time' });
const position = z.string().meta({ id: 'Position', description: '`<partition>:<position>` in the log.' });
const labels = z.record(z.string(), z.string());
const currency = z.enum(['USD', 'JPY']);

const declineShape = {
  code: z.string(),
  scope: z.strictObject({ kind: z.string(), id: z.string() }),
  rule: z.string().optional(),
  currency: z.string().optional(),
  limit: z.string().optional(),
  spent: z.string().optional(),
  held: z.string().optional(),
  requested: z.string().optional(),
  remaining: z.string().optional(),
  resets_at: isoTime.optional(),
  retryable: z.boolean(),
  action: z.string(),
};

export const declineAnswerSchema = z.strictObject(declineShape).meta({ id: 'Decline' });

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    ...declineShape,
    scope: declineShape.scope.optional(),
    problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    payment_id: z.string().optional().meta({ description: 'Where a payment was declined: its recorded refusal.' }),
    position: position.optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document; docs/errors.md lists the codes.' });

const agentParty = z.strictObject({ agent_id: z.string(), handle: z.string() });
const payee = z.union([
  agentParty,
  z.strictObject({ service: z.string() }),
  z.strictObject({ payee_org: z.string(), handle: z.string() }),
]);

const paymentStatus = z
  .enum(['authorized', 'captured', 'voided', 'expired', 'declined', 'refunded', 'pending_approval', 'outcome_unknown'])
  .meta({ id: 'PaymentStatus' });

const paymentShape = {
  payment_id: z.string(),
  status: paymentStatus,
  amount: decimalText,
  amount_held: decimalText,
  amount_captured: decimalText,
  currency,
  payer: agentParty,
  payee,
  protocol: z.string(),
  session_id: z.string().nullable(),
  labels,
  category: z.string().nullable(),
  decided_at: isoTime,
  receipt_id: z.string(),
  position,
};

const answerShape = { ...paymentShape, expires_at: isoTime.nullable(), decline: declineAnswerSchema.optional() };

export const paymentAnswerSchema = z.strictObject(answerShape).meta({ id: 'PaymentAnswer' });

export const paymentStepAnswerSchema = z
  .strictObject({
    ...paymentShape,
    amount_refunded: decimalText,
    amount_moved: decimalText,
    refund_id: z.string().optional(),
    reason: z.string().optional(),
    recorded_at: isoTime,
  })
  .meta({ id: 'PaymentStepAnswer', description: 'The payment as it stood after the step.' });

export const paymentStateSchema = z
  .strictObject({
    ...answerShape,
    memo: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    amount_refunded: decimalText,
    settlement: z.enum(['in_clearing', 'settled', 'reversed']).optional(),
    dispatched: z.boolean(),
    refunds: z.array(
      z.strictObject({
        refund_id: z.string(),
        amount: decimalText,
        reason: z.string().optional(),
        recorded_at: isoTime,
      }),
    ),
    history: z.array(
      z.strictObject({
        type: z.string(),
        by: z.string(),
        recorded_at: isoTime,
        position,
        decline: declineAnswerSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'PaymentState' });

/** A JSON number and its exact twin. */
function money<Name extends string>(name: Name) {
  return { [name]: z.number(), [`${name}_exact`]: decimalText } as Record<Name, z.ZodNumber> &
    Record<`${Name}_exact`, typeof decimalText>;
}

function nullableMoney<Name extends string>(name: Name) {
  return { [name]: z.number().nullable(), [`${name}_exact`]: decimalText.nullable() } as Record<
    Name,
    z.ZodNullable<z.ZodNumber>
  > &
    Record<`${Name}_exact`, z.ZodNullable<typeof decimalText>>;
}

const limitShape = {
  of: z.enum(['amount', 'count', 'held']),
  per: z.union([z.string(), z.strictObject({ rolling_seconds: z.int() })]),
  max: z.number(),
  max_exact: decimalText.optional(),
  currency,
  time_zone: z.string().optional(),
};

const limitAnswer = z.strictObject(limitShape).meta({ id: 'LimitAnswer' });

const limitState = z
  .strictObject({
    id: z.string(),
    ...limitShape,
    spent: z.number(),
    spent_exact: decimalText.optional(),
    held: z.number(),
    held_exact: decimalText.optional(),
    remaining: z.number(),
    remaining_exact: decimalText.optional(),
    over_by: z.number().optional(),
    over_by_exact: decimalText.optional(),
    resets_at: isoTime.nullable().optional(),
    granularity_seconds: z.int().optional(),
  })
  .meta({ id: 'LimitState', description: 'Counts of payments have no exact twins.' });

const shortForms = {
  spending_cap: z.strictObject({ ...money('amount'), currency }).nullable(),
  ...nullableMoney('per_tx_limit'),
  ...nullableMoney('daily_cap'),
};

const agentStatus = z.enum(['active', 'frozen', 'revoked']);
const agentShape = {
  agent_id: z.string(),
  handle: z.string(),
  revocation_id: z.string().nullable(),
  status: agentStatus,
  origin: z.enum(['explicit', 'first_use', 'scoped']),
  parent_agent_id: z.string().nullable(),
  funding: z.enum(['treasury', 'own']),
  protocols: z.array(z.string()).nullable(),
  ...shortForms,
};
const totals = z.array(z.strictObject({ currency, ...money('spent'), ...money('held') }));

export const agentRegisteredSchema = z
  .strictObject({
    ...agentShape,
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    limits: z.array(limitAnswer),
    registered_at: isoTime,
    position,
  })
  .meta({ id: 'AgentRegistered' });

export const agentSchema = z
  .strictObject({ ...agentShape, status_reason: z.string().optional(), limits: z.array(limitState), totals })
  .meta({ id: 'Agent' });

export const agentSpendSchema = z
  .strictObject({
    agent_id: z.string(),
    handle: z.string(),
    status: agentStatus,
    currency,
    ...money('spent_usd'),
    ...money('held_usd'),
    ...nullableMoney('cap_usd'),
    ...nullableMoney('remaining_usd'),
    limits: z.array(limitState),
    totals,
  })
  .meta({ id: 'AgentSpend' });

export const agentStepSchema = z
  .strictObject({
    agent_id: z.string(),
    status: agentStatus.optional(),
    status_reason: z.string().optional(),
    revocation_id: z.string().optional(),
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    previous_token_until: isoTime.nullable().optional(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'AgentStep' });

const sessionShape = {
  session_id: z.string(),
  parent_session_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  mode: z.enum(['shared', 'reserved']),
  status: z.enum(['open', 'expired', 'closed']),
  currency,
  ...money('budget'),
  ...money('spent'),
  ...money('held'),
  ...money('carved'),
  ...money('remaining'),
  labels,
  expires_at: isoTime.nullable(),
};

export const sessionOpenedSchema = z
  .strictObject({
    ...sessionShape,
    session_token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    participants: z.array(z.string()).optional(),
    wallet_id: z.string().optional(),
    opened_at: isoTime,
    position,
  })
  .meta({ id: 'SessionOpened' });

export const sessionSchema: z.ZodType = z
  .strictObject({
    ...sessionShape,
    description: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    over_by: z.number().optional(),
    over_by_exact: decimalText.optional(),
    get children(): z.ZodType {
      return z.array(sessionSchema).optional();
    },
    children_cut: z.literal(true).optional(),
  })
  .meta({ id: 'Session', description: 'With the tree below it: at most 1,000 descendants.' });

export const sessionClosedSchema = z
  .strictObject({ session_id: z.string(), status: z.literal('closed'), recorded_at: isoTime, position })
  .meta({ id: 'SessionClosed' });

export const topUpAnswerSchema = z
  .strictObject({
    topup_id: z.string(),
    wallet_id: z.string().optional(),
    session_id: z.string().optional(),
    agent_id: z.string().optional(),
    amount: decimalText,
    currency,
    reference: z.string().nullable(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'TopUpAnswer' });

export const walletsAnswerSchema = z
  .strictObject({
    wallets: z.array(
      z.strictObject({
        wallet_id: z.string(),
        owner: z.strictObject({ kind: z.string(), id: z.string() }),
        currency,
        available: decimalText,
        held: decimalText,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'WalletPage' });

export const keyIssuedSchema = z
  .strictObject({
    key_id: z.string(),
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    role: z.enum(['admin', 'operator', 'orchestrator', 'finance']),
    name: z.string(),
    issued_at: isoTime,
    position,
  })
  .meta({ id: 'KeyIssued' });

export const keysAnswerSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        key_id: z.string(),
        role: z.enum(['admin', 'operator', 'orchestrator', 'finance']),
        name: z.string(),
        revoked: z.boolean(),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'KeyPage' });

export const keyRevokedSchema = z
  .strictObject({ key_id: z.string(), status: z.literal('revoked'), revoked_at: isoTime, position })
  .meta({ id: 'KeyRevoked' });

export const eventsAnswerSchema = z
  .strictObject({
    events: z.array(
      z.strictObject({
        id: z.string(),
        position,
        type: z.string(),
        time: isoTime,
        event: z.record(z.string(), z.unknown()).meta({
          description: 'As recorded, less hashes of credentials: amounts in smallest units, times in milliseconds.',
        }),
      }),
    ),
    next_cursor: z.string().nullable(),
    position,
  })
  .meta({ id: 'EventPage' });

export const integrityAnswerSchema = z
  .strictObject({
    status: z.enum(['whole', 'broken', 'verifying']),
    events: z.int().optional(),
    position: position.nullable().meta({ description: 'Up to where the log was verified.' }),
    head: position.optional(),
    hash: z.string().nullable().optional().meta({ description: 'SHA-256 of the chain at that position.' }),
    faults: z.array(z.strictObject({ position, kind: z.string(), detail: z.string() })).optional(),
    verified_at: isoTime.optional(),
  })
  .meta({ id: 'Integrity' });

const reportFigures = {
  currency,
  spent: decimalText,
  held: decimalText,
  earned: decimalText,
  refunded: decimalText,
  payments: z.int(),
  declined: z.int(),
};

const rowValue = z.string().nullable().optional();

export const spendReportSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        agent: rowValue,
        agent_id: rowValue,
        handle: rowValue,
        label: rowValue,
        session: rowValue,
        session_id: rowValue,
        parent_session_id: rowValue,
        service: rowValue,
        protocol: rowValue,
        counterparty: rowValue,
        counterparty_handle: rowValue,
        day: z.string().optional(),
        ...reportFigures,
      }),
    ),
    total: z.strictObject(reportFigures).meta({ description: 'In USD: each payment once.' }),
    totals: z.array(z.strictObject(reportFigures)).meta({ description: 'One for each currency that occurs.' }),
    position: position.meta({ description: 'What the report reflects of the log.' }),
    as_of: isoTime.meta({ description: 'Everything decided until then is in it.' }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'SpendReport' });

export const paymentsAnswerSchema = z
  .strictObject({
    payments: z.array(
      z.strictObject({
        ...answerShape,
        payer: z.strictObject({ agent_id: z.string(), handle: z.string().nullable() }),
        payee: z.union([
          z.strictObject({ agent_id: z.string(), handle: z.string().nullable() }),
          z.strictObject({ service: z.string() }),
          z.strictObject({ payee_org: z.string(), handle: z.string() }),
        ]),
        amount_refunded: decimalText,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'PaymentPage', description: 'A page may hold fewer rows than asked for and still have a next one.' });
