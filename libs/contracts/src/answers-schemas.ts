import { z } from 'zod';

/**
 * What answers look like, for the OpenAPI document; tests hold rendered answers to them. Decimal strings are the rule;
 * agents and sessions give JSON numbers, each with its exact twin.
 */
export const decimalText = z.string().meta({ id: 'Decimal', description: 'Exact decimal amount.', examples: ['0.05'] });
export const isoTime = z.iso.datetime().meta({ id: 'Time' });
export const position = z.string().meta({ id: 'Position', description: '`<partition>:<position>` in the log.' });
/** Absent for decisions of before there were versions. */
export const policyVersion = z.int().meta({
  id: 'PolicyVersion',
  description: 'Number of the last event that set a rule which concerned this; `GET /v1/policies/{version}` tells it.',
});
export const labels = z.record(z.string(), z.string());
export const currency = z.enum(['USD', 'JPY']);

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
    policy_version: policyVersion.optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document; docs/errors.md lists the codes.' });

export const agentParty = z.strictObject({ agent_id: z.string(), handle: z.string() });
export const payee = z.union([
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
  request_id: z.string().optional().meta({
    description: "The caller's own word for what is paid, or the id of the payment request that this pays.",
  }),
  decided_at: isoTime,
  receipt_id: z.string(),
  position,
};

const answerShape = {
  ...paymentShape,
  expires_at: isoTime.nullable().meta({ description: 'Of the hold; while it waits for an approval, of the waiting.' }),
  approval_id: z.string().optional().meta({ description: 'Where the payment has needed an approval.' }),
  policy_version: policyVersion.optional(),
  decline: declineAnswerSchema.optional(),
};

export const paymentAnswerSchema = z.strictObject(answerShape).meta({ id: 'PaymentAnswer' });

const ruleAnswer = z
  .strictObject({
    scope: z.strictObject({ kind: z.string(), id: z.string() }),
    rule: z.string().nullable(),
    effect: z.enum(['refuses', 'waits', 'covers']).meta({
      description:
        'refuses: where it does not pass, the payment is refused. waits: where it does not pass, the payment waits for an approval, unless a grant covers it. covers: a grant; it passes where it covers the payment, and refuses nothing where it does not.',
    }),
    passes: z.boolean(),
    code: z
      .string()
      .nullable()
      .meta({ description: 'What it refuses with; null where it refuses nothing, or that depends on the payment.' }),
    currency: currency.optional(),
    limit: z.string().optional(),
    spent: z.string().optional(),
    held: z.string().optional(),
    requested: z.string().optional(),
    remaining: z.string().optional(),
    remaining_after: z.string().optional().meta({ description: 'After the payment, where the rule lets it pass.' }),
    resets_at: isoTime.optional(),
  })
  .meta({ id: 'ExplainedRule', description: 'A rule without figures only passes or does not.' });

export const decisionAnswerSchema = z
  .strictObject({
    would: z.enum(['captured', 'authorized', 'declined', 'pending_approval', 'replay', 'conflict']),
    amount: decimalText.nullable(),
    currency: currency.nullable(),
    payer: z.strictObject({ agent_id: z.string().nullable(), handle: z.string() }).nullable().meta({
      description: 'agent_id is null where the payment would be the first use of the handle.',
    }),
    payee: payee.nullable(),
    wallet_id: z.string().nullable(),
    session_id: z.string().nullable(),
    labels: labels.nullable(),
    decline: declineAnswerSchema.nullable().meta({ description: 'The rule that binds, or the conflict.' }),
    replays: paymentAnswerSchema.nullable().meta({ description: 'What was decided for the key before.' }),
    policy_version: policyVersion.nullable().meta({
      description: "null where it would be the payer's first use, whose rules are not set yet.",
    }),
    rules: z.array(ruleAnswer).meta({
      description:
        'In the order in which they bind: the first that refuses and does not pass; or else the first that waits and does not pass, unless the first grant that covers the payment lets it pass.',
    }),
    as_of: isoTime,
  })
  .meta({ id: 'Decision', description: 'What the payment would be answered now. Nothing was changed.' });

export const explanationAnswerSchema = decisionAnswerSchema
  .extend({
    payment_id: z.string(),
    decided_at: isoTime,
    position,
    reproduced: z.boolean().meta({
      description:
        'false: decided by an older version of Bursar. The verdict is the recorded one, the rules are told as now.',
    }),
  })
  .meta({ id: 'PastDecision', description: 'What was decided, and every rule with its figures as of then.' });

export const paymentStepAnswerSchema = z
  .strictObject({
    ...paymentShape,
    amount_refunded: decimalText,
    amount_moved: decimalText,
    refund_id: z.string().optional(),
    reason: z.string().optional(),
    expires_at: isoTime.optional().meta({ description: 'Where this step has moved it.' }),
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
        policy_version: policyVersion.optional(),
        decline: declineAnswerSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'PaymentState' });

const incomingShape = {
  payment_id: z.string(),
  status: z.enum(['credited', 'refunded']),
  amount: decimalText.meta({ description: 'What reached the payee.' }),
  amount_refunded: decimalText,
  currency,
  payer: z.strictObject({ payer_org: z.string(), handle: z.string() }),
  payee: agentParty,
  request_id: z.string().optional().meta({ description: 'As the payment names it.' }),
  credited_at: isoTime,
  position,
};

const incomingRefundShape = {
  refund_id: z.string(),
  reason: z.string().optional(),
  settlement: z.enum(['in_clearing', 'settled']).meta({ description: 'On its way until the payer’s book has it.' }),
  recorded_at: isoTime,
};

export const incomingRefundAnswerSchema = z
  .strictObject({ ...incomingShape, ...incomingRefundShape, amount_moved: decimalText })
  .meta({ id: 'IncomingRefundAnswer', description: 'A payment from another org as it stood after the refund.' });

export const incomingPaymentSchema = z
  .strictObject({
    ...incomingShape,
    refunds: z.array(z.strictObject({ ...incomingRefundShape, amount: decimalText })),
    history: paymentStateSchema.shape.history,
  })
  .meta({ id: 'IncomingPayment', description: 'A payment from another org, as the payee’s book knows it.' });

export const refundAnswerSchema = z
  .union([paymentStepAnswerSchema, incomingRefundAnswerSchema])
  .meta({ id: 'RefundAnswer' });

export const readPaymentAnswerSchema = z
  .union([paymentStateSchema, incomingPaymentSchema])
  .meta({ id: 'ReadPaymentAnswer' });

/** A JSON number and its exact twin. */
export function money<Name extends string>(name: Name) {
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
  service: z.string().optional(),
  payee: z.string().optional(),
};

const listEntries = z.strictObject({
  services: z.array(z.string()).optional(),
  payees: z.array(z.string()).optional(),
  payee_orgs: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
  protocols: z.array(z.string()).optional(),
});

export const lists = z
  .strictObject({
    allow: listEntries.optional(),
    deny: listEntries.optional(),
    hours: z
      .strictObject({
        time_zone: z.string(),
        open: z.array(z.strictObject({ days: z.array(z.string()), from: z.string(), to: z.string() })),
      })
      .optional(),
  })
  .meta({ id: 'SpendListsAnswer' });

export const limitAnswer = z.strictObject(limitShape).meta({ id: 'LimitAnswer' });

export const limitState = z
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

export const approvalAbove = z
  .strictObject({ ...money('amount'), currency })
  .nullable()
  .meta({ description: 'Above this a payment waits for an approval; null: no such threshold here.' });

export const breakers = z
  .strictObject({
    declines_in_a_row: z.int().optional(),
    failures_in_a_row: z.int().optional(),
    limits: z.array(z.union([limitState, limitAnswer])).optional(),
    expected: z
      .strictObject({ services: z.array(z.string()).optional(), payees: z.array(z.string()).optional() })
      .optional(),
    declines: z.int().optional().meta({ description: 'Refused in a row so far.' }),
    failures: z.int().optional(),
  })
  .meta({ id: 'BreakersAnswer' });

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
  lists: lists.nullable(),
  approval_above: approvalAbove,
  breakers: breakers.nullable(),
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
  .strictObject({
    ...agentShape,
    status_reason: z.string().optional(),
    labels,
    limits: z.array(limitState),
    totals,
    policy_version: policyVersion,
  })
  .meta({ id: 'Agent' });

export const agentsAnswerSchema = z
  .strictObject({ agents: z.array(agentSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'AgentPage' });

export const spendAuthAnswerSchema = z
  .strictObject({
    scoped_agent_id: z.string().meta({ description: 'Use it wherever an `agent_id` goes.' }),
    handle: z.string(),
    agent_id: z.string().nullable().meta({ description: 'Whose money it spends.' }),
    ...money('limit_usd'),
    label: z.string().nullable(),
    labels,
    revocation_id: z.string().nullable(),
    created_at: isoTime,
    position,
  })
  .meta({ id: 'SpendAuth' });

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
    limits: z.array(limitAnswer).optional(),
    lists: lists.optional(),
    approval_above: approvalAbove.optional(),
    wallet_id: z.string().optional(),
    opened_at: isoTime,
    position,
  })
  .meta({ id: 'SessionOpened' });

export const sessionSchema: z.ZodType = z
  .strictObject({
    ...sessionShape,
    description: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    limits: z.array(limitState).optional(),
    lists: lists.optional(),
    approval_above: approvalAbove.optional(),
    policy_version: policyVersion,
    over_by: z.number().optional(),
    over_by_exact: decimalText.optional(),
    get children(): z.ZodType {
      return z.array(sessionSchema).optional();
    },
    children_cut: z.literal(true).optional(),
  })
  .meta({ id: 'Session', description: 'With the tree below it: at most 1,000 descendants.' });

export const sessionsAnswerSchema = z
  .strictObject({ sessions: z.array(sessionSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'SessionPage', description: 'Each without what is below it.' });

export const whoamiSchema = z
  .strictObject({
    kind: z.enum(['key', 'agent', 'session']),
    id: z.string().meta({ description: 'Of the key, agent or session whose token this is.' }),
    org_id: z.string(),
    role: z.enum(['admin', 'operator', 'orchestrator', 'finance']).nullable().meta({ description: 'Of an org key.' }),
    agent: agentSpendSchema
      .nullable()
      .meta({ description: 'Who pays with it, and what is left; null for an org key.' }),
    session: sessionSchema
      .nullable()
      .meta({ description: 'What a session token narrows the caller to, without what is below it.' }),
  })
  .meta({ id: 'Whoami' });

export const sessionClosedSchema = z
  .strictObject({ session_id: z.string(), status: z.literal('closed'), recorded_at: isoTime, position })
  .meta({ id: 'SessionClosed' });

export const firstUse = z.strictObject({
  enabled: z.boolean(),
  agents_maximum: z.int(),
  ...money('per_payment'),
  ...money('per_day'),
  ...money('together_per_day'),
});

export const organizationSchema = z
  .strictObject({
    org_id: z.string(),
    name: z.string(),
    currency,
    limits: z.array(limitState),
    lists: lists.nullable(),
    approval_above: approvalAbove,
    accept_foreign_payments: z.boolean().meta({ description: 'Whether its agents take payments from other orgs.' }),
    first_use: firstUse,
    policy_version: policyVersion,
  })
  .meta({ id: 'Organization' });

const otherwiseDecided = z.strictObject({
  payment_id: z.string(),
  agent_id: z.string(),
  amount: decimalText,
  currency,
  decided_at: isoTime,
  decline: declineAnswerSchema,
});

export const policySimulationSchema = z
  .strictObject({
    judged: z
      .int()
      .meta({ description: 'Recorded payments of the period that passed then, or that this scope refused.' }),
    would_refuse: z.int(),
    would_pass: z.int(),
    rules: z.array(
      z.strictObject({ rule: z.string(), code: z.string(), payments: z.int(), currency, amount: decimalText }),
    ),
    refused: z
      .array(otherwiseDecided)
      .meta({ description: 'The first 100; `decline` is what the draft would have said.' }),
    passed: z.array(otherwiseDecided).meta({ description: 'The first 100; `decline` is what was said then.' }),
    complete: z.boolean(),
    judged_until: isoTime,
  })
  .meta({
    id: 'PolicySimulation',
    description: 'What a draft would have decided otherwise; nothing is changed by it.',
  });

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

export const transferAnswerSchema = z
  .strictObject({
    transfer_id: z.string(),
    from_wallet_id: z.string(),
    to_wallet_id: z.string(),
    amount: decimalText,
    currency,
    reason: z.string().nullable(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'TransferAnswer' });

export const walletOpenedSchema = z
  .strictObject({
    wallet_id: z.string(),
    kind: z.enum(['escrow', 'fees']),
    name: z.string(),
    currency,
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'WalletOpened' });

export const walletsAnswerSchema = z
  .strictObject({
    wallets: z.array(
      z.strictObject({
        wallet_id: z.string(),
        kind: z.enum(['treasury', 'agent', 'service', 'escrow', 'fees', 'clearing', 'external']),
        name: z.string().nullable().meta({ description: 'Of a wallet that was opened by name.' }),
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

export const organizationOpenedSchema = z
  .strictObject({
    org_id: z.string(),
    name: z.string(),
    currency: z.string(),
    admin_key: z.strictObject({
      key_id: z.string(),
      token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    }),
    opened_at: isoTime,
    position,
  })
  .meta({ id: 'OrganizationOpened' });

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
