import type { BursarClient, ReadOptions, ReportDimension } from '#client';

export interface ExportQuery {
  by?: ReportDimension[];
  agent?: string;
  session?: string;
  label?: string;
  from?: string;
  to?: string;
}

export interface ExportedPage {
  rows: readonly object[];
  /** From where to go on after these rows, now or later. */
  cursor: string | undefined;
  done: boolean;
}

type ReadPage = (cursor: string | undefined, options: ReadOptions) => Promise<ExportedPage>;

interface Source {
  /** Options that it does not take. */
  unknown: readonly (keyof ExportQuery)[];
  columns(query: ExportQuery): string[];
  reader(client: BursarClient, query: ExportQuery): ReadPage;
}

const limit = 200;

const PAYMENT_COLUMNS = [
  'payment_id',
  'status',
  'amount',
  'amount_held',
  'amount_captured',
  'amount_refunded',
  'currency',
  'payer.agent_id',
  'payer.handle',
  'payee.agent_id',
  'payee.payee_org',
  'payee.handle',
  'payee.service',
  'session_id',
  'labels',
  'protocol',
  'category',
  'request_id',
  'decided_at',
  'expires_at',
  'receipt_id',
  'position',
  'decline.code',
];

/** Of the log: the oldest first, from any event's position. */
const events: Source = {
  unknown: ['by', 'agent', 'session', 'label', 'from', 'to'],
  columns: () => ['id', 'position', 'type', 'time', 'event'],
  reader: (client) => async (cursor, options) => {
    const page = await client.events.page({ cursor, limit }, options);
    return { rows: page.events, cursor: page.position, done: page.next_cursor === null };
  },
};

/** The oldest first, so that what comes meanwhile comes at the end. */
const payments: Source = {
  unknown: ['by'],
  columns: () => PAYMENT_COLUMNS,
  reader:
    (client, { agent, session: session_id, label, from, to }) =>
    async (cursor, options) => {
      const query = { agent, session_id, label, from, to, order: 'oldest_first' as const, limit, cursor };
      const page = await client.payments.list(query, options);
      return { rows: page.payments, ...endOf(page) };
    },
};

const receipts: Source = {
  unknown: ['by'],
  columns: () => PAYMENT_COLUMNS,
  reader:
    (client, { agent, session: session_id, label, from, to }) =>
    async (cursor, options) => {
      const page = await client.receipts.list({ agent, session_id, label, from, to, limit, cursor }, options);
      return { rows: page.receipts, ...endOf(page) };
    },
};

const BESIDE: Partial<Record<ReportDimension, string>> = {
  agent: 'handle',
  session: 'parent_session_id',
  counterparty: 'counterparty_handle',
};

const FIGURES = ['currency', 'spent', 'held', 'earned', 'refunded', 'payments', 'declined'];

const spend: Source = {
  unknown: [],
  columns: ({ by = ['agent'] }) => [...by.flatMap((each) => [each, BESIDE[each] ?? []].flat()), ...FIGURES],
  reader:
    (client, { by = ['agent'], agent, session: session_id, label, from, to }) =>
    async (cursor, options) => {
      const query = { group_by: by, agent, session_id, label, from, to, limit, cursor };
      const page = await client.reports.spend(query, options);
      return { rows: page.rows, ...endOf(page) };
    },
};

export const SOURCES = { events, payments, receipts, spend } as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

function endOf({ next_cursor }: { next_cursor: string | null }): Omit<ExportedPage, 'rows'> {
  return { cursor: next_cursor ?? undefined, done: next_cursor === null };
}
