import type pg from 'pg';
import { formatAmount, type Asset, type Decline, type Labels, type Protocol } from '#domain';
import { hexOf, idOf } from '../fold/identifiers.js';
import type { ApprovalStatus, PaymentStatus } from '../fold/payment-change.js';
import { decodeCursor, encodeCursor, invalid } from './cursor.js';
import { pageLimit } from './page-limit.js';
import { ask } from './reader.js';
import { agentIds } from './agent-ids.js';
import { sessionsBelow } from './sessions-below.js';

export interface ListPaymentsQuery {
  org: string;
  /** The payer, by id or handle; a handle means every agent that ever had it. */
  agent?: string;
  /** The payment's own session, without those below it. */
  session?: string;
  /** Only what was paid in this session and those below it: what its token may see. */
  within?: string;
  /** As reports show it: a bare label, or `name=value`. */
  label?: string;
  status?: PaymentStatus;
  /** Of those only that wait for an approval or once did. */
  approval?: ApprovalStatus;
  /** Decided at or after, in milliseconds since the epoch. */
  from?: number;
  /** Decided before. */
  to?: number;
  /** Newest first where absent. */
  order?: 'newest_first' | 'oldest_first';
  cursor?: string;
  /** 1 to 200. */
  limit?: number;
}

export interface PaymentItem {
  payment_id: string;
  status: PaymentStatus;
  /** Decimals of `currency`, as all amounts here. */
  amount: string;
  amount_held: string;
  amount_captured: string;
  amount_refunded: string;
  currency: Asset;
  payer: { agent_id: string; handle: string | null };
  payee: { agent_id: string; handle: string | null } | { service: string } | { payee_org: string; handle: string };
  session_id: string | null;
  labels: Labels;
  protocol: Protocol;
  category: string | null;
  /** Absent where the payment names none. */
  request_id?: string;
  /** Milliseconds since the epoch. */
  decided_at: number;
  expires_at: number | null;
  /** Null where it never waited for an approval. */
  approval: ApprovalStatus | null;
  /** Of the payment's first event, `partition:position`. */
  position: string;
  /** As it was recorded: figures are units as text. */
  decline: Decline | null;
}

export interface PaymentPage {
  items: PaymentItem[];
  /** Null at the end. A page may hold fewer than `limit` items, even none, and still have a next one. */
  next_cursor: string | null;
}

/** How many rows one page may look at for filters that no index serves (label, status). */
export const ROWS_LOOKED_AT = 5_000;

/**
 * One page of an organization's payments in the order they were decided, which never changes: walking all pages while
 * payments are made gives each payment once (H2). Every page costs the same, however many payments there are (H1).
 */
export async function listPayments(
  pool: pg.Pool,
  query: ListPaymentsQuery,
  rows_looked_at = ROWS_LOOKED_AT,
): Promise<PaymentPage> {
  const limit = pageLimit(query.limit);
  const newestFirst = query.order !== 'oldest_first';
  const question = newestFirst ? 'payments' : 'payments up';
  const after = decodeCursor(query.cursor, question, 2)?.map(wholeNumber);
  const org = idHex(query.org);
  const session = query.session === undefined ? undefined : idHex(query.session);
  if (org === undefined || (query.session !== undefined && session === undefined)) return NOTHING;
  const top = query.within === undefined ? undefined : idHex(query.within);
  if (query.within !== undefined && top === undefined) return NOTHING;
  const seen = top === undefined ? undefined : await sessionsBelow(pool, org, top);
  if (seen && (session === undefined ? seen.length === 0 : !seen.includes(session))) return NOTHING;
  // One session has an index of its own; of several, each is asked for its part of the page.
  const tree = session === undefined ? seen : undefined;
  const agents = query.agent === undefined ? undefined : await agentIds(pool, org, query.agent);
  if (agents?.length === 0) return NOTHING;

  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const inRange = [`org = ${value(org)}`];
  // Only for one agent does the index give the order too.
  if (agents?.length === 1 && !seen) inRange.push(`payer = ${value(agents[0])}`);
  if (session !== undefined) inRange.push(`session = ${value(session)}`);
  if (query.from !== undefined) inRange.push(`decided_at >= ${value(query.from)}`);
  if (query.to !== undefined) inRange.push(`decided_at < ${value(query.to)}`);
  if (query.approval !== undefined) inRange.push('approval is not null');
  if (after) inRange.push(`(decided_at, position) ${newestFirst ? '<' : '>'} (${value(after[0])}, ${value(after[1])})`);
  const matching: string[] = [];
  if (agents && (agents.length > 1 || seen)) matching.push(`payer = any(${value(agents)}::uuid[])`);
  if (query.status !== undefined) matching.push(`status = ${value(query.status)}`);
  if (query.approval !== undefined) matching.push(`approval = ${value(query.approval)}`);
  if (query.label !== undefined) matching.push(labelMatches(value(query.label)));
  const direction = newestFirst ? 'desc' : 'asc';
  const looked_at =
    matching.length === 0 ? limit + 1 : tree ? rowsOfEach(tree.length, rows_looked_at, limit) : rows_looked_at;

  const order = `order by decided_at ${direction}, position ${direction}`;
  const backwards = newestFirst ? 'order by decided_at, position' : 'order by decided_at desc, position desc';
  const part = `${inRange.join(' and ')} ${order} limit ${looked_at}`;
  const rows = await ask<EdgeRecord & (PaymentRecord | { payment_id: null })>(
    pool,
    `with looked_at as materialized (
       select p.*, ${matching.length === 0 ? 'true' : matching.join(' and ')} as matches
       from (${tree ? ofEach(value(tree), part) : `select * from bursar_read.payment where ${part}`}) p
       ${order} limit ${looked_at}
     ),
     edge as (
       select (select count(*) from looked_at) = ${looked_at} as more, l.decided_at as edge_decided_at, l.position as edge_position
       from (select 1) as one left join lateral (select * from looked_at ${backwards} limit 1) as l on true
     ),
     chosen as (select * from looked_at where matches ${order} limit ${limit + 1})
     select edge.*, c.*, payer.handle as payer_handle, payee.handle as payee_handle
     from edge
     left join chosen c on true
     left join bursar_read.agent payer on payer.agent_id = c.payer
     left join bursar_read.agent payee on payee.agent_id = c.payee_agent
     ${order}`,
    values,
  );
  const matched = rows.filter((row): row is EdgeRecord & PaymentRecord => row.payment_id !== null);
  const items = matched.slice(0, limit);
  const last = matched.length > limit ? items.at(-1) : undefined;
  const [edge] = rows;
  let next_cursor: string | null = null;
  if (last) next_cursor = encodeCursor(question, [last.decided_at, last.position]);
  else if (matching.length > 0 && edge?.more)
    next_cursor = encodeCursor(question, [edge.edge_decided_at, edge.edge_position]);
  return { items: items.map(toItem), next_cursor };
}

/** The part of the page that each session may have, by the index of its own. */
function ofEach(sessions: string, part: string): string {
  return `select one.* from unnest(${sessions}::uuid[]) as tree(id)
    cross join lateral (select * from bursar_read.payment where session = tree.id and ${part}) as one`;
}

/** As many as are looked at for one page of 40 sessions together; a page goes on where it ended. */
function rowsOfEach(sessions: number, rows_looked_at: number, limit: number): number {
  return Math.min(rows_looked_at, Math.max(limit + 1, Math.floor((40 * rows_looked_at) / sessions)));
}

const NOTHING: PaymentPage = { items: [], next_cursor: null };

/** Where looking ended, and whether that was for the bound rather than for want of rows. */
interface EdgeRecord {
  more: boolean;
  edge_decided_at: string;
  edge_position: string;
}

interface PaymentRecord {
  payment_id: string;
  status: PaymentStatus;
  amount: string;
  held: string;
  captured: string;
  refunded: string;
  asset: Asset;
  payer: string;
  payer_handle: string | null;
  payee_agent: string | null;
  payee_handle: string | null;
  payee_service: string | null;
  session: string | null;
  labels: Labels | null;
  protocol: Protocol;
  category: string | null;
  request_id: string | null;
  decided_at: string;
  expires_at: string | null;
  partition: number;
  position: string;
  decline: Decline | null;
  approval: ApprovalStatus | null;
}

function toItem(row: PaymentRecord): PaymentItem {
  const amount = (units: string) => formatAmount(BigInt(units), row.asset);
  return {
    payment_id: idOf('pay', row.payment_id),
    status: row.status,
    amount: amount(row.amount),
    amount_held: amount(row.held),
    amount_captured: amount(row.captured),
    amount_refunded: amount(row.refunded),
    currency: row.asset,
    payer: { agent_id: idOf('agt', row.payer), handle: row.payer_handle },
    payee:
      row.payee_agent === null
        ? namedPayee(row.payee_service ?? '')
        : { agent_id: idOf('agt', row.payee_agent), handle: row.payee_handle },
    session_id: row.session === null ? null : idOf('ses', row.session),
    labels: row.labels ?? {},
    protocol: row.protocol,
    category: row.category,
    ...(row.request_id === null ? {} : { request_id: row.request_id }),
    decided_at: Number(row.decided_at),
    expires_at: row.expires_at === null ? null : Number(row.expires_at),
    approval: row.approval,
    position: `${row.partition}:${row.position}`,
    decline: row.decline,
  };
}

/** The same text as `labelText` of the contracts makes. */
export function labelMatches(parameter: string): string {
  return `exists (
    select from jsonb_each_text(coalesce(labels, '{}')) as l(name, value)
    where case when l.name = 'label' then l.value else l.name || '=' || l.value end = ${parameter}
  )`;
}

/** Undefined for an id of another shape: it is of nothing that exists. */
export function idHex(id: string): string | undefined {
  try {
    return hexOf(id);
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(number)) throw invalid();
  return number;
}

/** A service, or an agent of another org as `org_…/handle`: no service's name has a slash. */
function namedPayee(name: string): { service: string } | { payee_org: string; handle: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { service: name } : { payee_org: name.slice(0, slash), handle: name.slice(slash + 1) };
}
