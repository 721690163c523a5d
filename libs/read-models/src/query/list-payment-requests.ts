import type pg from 'pg';
import { formatAmount, type Asset, type Labels } from '#domain';
import { idOf } from '../fold/identifiers.js';
import { NEVER, type RequestStatus } from '../fold/request-rows.js';
import { agentIds } from './agent-ids.js';
import { decodeCursor, encodeCursor, invalid } from './cursor.js';
import { idHex } from './list-payments.js';
import { pageLimit } from './page-limit.js';
import { ask } from './reader.js';

export interface ListPaymentRequestsQuery {
  org: string;
  /** On which side agents of the org stand. */
  as: 'payee' | 'payer';
  /** The agent on that side, by id or handle. */
  agent?: string;
  status?: RequestStatus | 'expired';
  /** Milliseconds since the epoch: what is over by now is expired. */
  now: number;
  cursor?: string;
  /** 1 to 200. */
  limit?: number;
}

export interface PaymentRequestItem {
  request_id: string;
  status: RequestStatus | 'expired';
  payee: { agent_id: string; handle: string | null } | { payee_org: string; handle: string };
  payer: { agent_id: string; handle: string | null } | { payer_org: string; handle: string };
  /** A decimal of `currency`. */
  amount: string;
  currency: Asset;
  /** Only for the payee's org, as `position`. */
  labels?: Labels;
  category: string | null;
  /** Times are milliseconds since the epoch. */
  opened_at: number;
  expires_at: number | null;
  ended_at: number | null;
  payment_id: string | null;
  position?: string;
}

export interface PaymentRequestPage {
  items: PaymentRequestItem[];
  /** Null at the end. A page may hold fewer than `limit` items, even none, and still have a next one. */
  next_cursor: string | null;
}

/** How many rows one page may look at for what no index serves. */
const ROWS_LOOKED_AT = 5_000;
const QUESTION = 'payment requests';
const NOTHING: PaymentRequestPage = { items: [], next_cursor: null };

/**
 * One page of the requests that agents of an org have made, or that were made to them: those that last longest first, so that
 * what is open comes before what has ended or is over. One that ends between two pages moves down, and is met again there.
 */
export async function listPaymentRequests(pool: pg.Pool, query: ListPaymentRequestsQuery): Promise<PaymentRequestPage> {
  const limit = pageLimit(query.limit);
  const after = placeOf(query.cursor);
  const org = idHex(query.org);
  if (org === undefined) return NOTHING;
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const inRange = query.as === 'payee' ? [`org = ${value(org)}`] : [`payer_org = ${value(org)}`];
  const matching: string[] = [];
  if (query.agent !== undefined) {
    const agents = await agentIds(pool, org, query.agent);
    if (query.as === 'payee') {
      if (agents.length === 0) return NOTHING;
      if (agents.length === 1) inRange.push(`payee = ${value(agents[0])}`);
      else matching.push(`payee = any(${value(agents)}::uuid[])`);
    } else {
      const names = await namesOf(pool, query.agent, agents);
      matching.push(`(payer = any(${value(agents)}::uuid[]) or payer_name = any(${value(names)}::text[]))`);
    }
  }
  if (query.status !== undefined) inRange.push(...ofStatus(query.status, value(query.now)));
  if (query.status !== undefined && query.status !== 'open' && query.status !== 'expired')
    matching.push(`status = ${value(query.status)}`);
  if (query.status === 'expired') matching.push(`status = 'open'`);
  if (after) inRange.push(`(over_at, request_id) < (${value(after[0])}, ${value(after[1])}::uuid)`);
  const looked_at = matching.length === 0 ? limit + 1 : ROWS_LOOKED_AT;
  const rows = await ask<RequestRecord>(
    pool,
    `with looked_at as materialized (
       select r.*, ${matching.length === 0 ? 'true' : matching.join(' and ')} as matches
       from bursar_read.request r where ${inRange.join(' and ')} order by over_at desc, request_id desc limit ${looked_at}
     )
     select l.*, payee_agent.handle as payee_handle, payer_agent.handle as payer_handle
     from looked_at l
     left join bursar_read.agent payee_agent on payee_agent.agent_id = l.payee
     left join bursar_read.agent payer_agent on payer_agent.agent_id = l.payer
     order by over_at desc, request_id desc`,
    values,
  );
  return pageOf(rows, looked_at, limit, query, org);
}

function pageOf(
  rows: readonly RequestRecord[],
  looked_at: number,
  limit: number,
  { now }: ListPaymentRequestsQuery,
  org: string,
): PaymentRequestPage {
  const matched = rows.filter(({ matches }) => matches);
  const shown = matched.slice(0, limit);
  const last = matched.length > limit ? shown.at(-1) : rows.length === looked_at ? rows.at(-1) : undefined;
  return {
    items: shown.map((row) => toItem(row, now, org)),
    next_cursor: last ? encodeCursor(QUESTION, [last.over_at, last.request_id.replaceAll('-', '')]) : null,
  };
}

/** What narrows the range by itself: what is open is over later than now, and everything else is not. */
function ofStatus(status: RequestStatus | 'expired', now: string): string[] {
  return status === 'open' ? [`over_at > ${now}`] : [`over_at <= ${now}`];
}

/** How payees of other orgs may have named an agent of this one. */
async function namesOf(pool: pg.Pool, asked: string, agents: readonly string[]): Promise<string[]> {
  const rows = await ask<{ handle: string }>(
    pool,
    'select distinct handle from bursar_read.agent where agent_id = any($1::uuid[])',
    [agents],
  );
  return [asked, ...agents.map((agent) => idOf('agt', agent)), ...rows.map(({ handle }) => handle)];
}

function placeOf(cursor: string | undefined): [string, string] | undefined {
  const place = decodeCursor(cursor, QUESTION, 2);
  if (!place) return undefined;
  const [over_at, request] = place as [string, string];
  if (!/^\d{1,16}$/.test(over_at) || Number(over_at) > NEVER || !/^[0-9a-f]{32}$/.test(request)) throw invalid();
  return [over_at, request];
}

interface RequestRecord {
  matches: boolean;
  request_id: string;
  org: string;
  payee: string;
  payee_handle: string | null;
  payer_org: string;
  payer: string | null;
  payer_handle: string | null;
  payer_name: string | null;
  amount: string;
  opened_at: string;
  expires_at: string | null;
  ended_at: string | null;
  over_at: string;
  payment: string | null;
  partition: number;
  position: string;
  status: RequestStatus;
  asset: Asset;
  category: string | null;
  labels: Labels | null;
}

function toItem(row: RequestRecord, now: number, org: string): PaymentRequestItem {
  const own = row.org.replaceAll('-', '') === org;
  const time = (text: string | null): number | null => (text === null ? null : Number(text));
  return {
    request_id: idOf('req', row.request_id),
    status: row.status === 'open' && Number(row.over_at) <= now ? 'expired' : row.status,
    payee: own
      ? { agent_id: idOf('agt', row.payee), handle: row.payee_handle }
      : { payee_org: idOf('org', row.org), handle: row.payee_handle ?? '' },
    payer:
      row.payer === null
        ? { payer_org: idOf('org', row.payer_org), handle: row.payer_name ?? '' }
        : { agent_id: idOf('agt', row.payer), handle: row.payer_handle },
    amount: formatAmount(BigInt(row.amount), row.asset),
    currency: row.asset,
    // Labels and the place in the log are the payee's org's own.
    ...(own ? { labels: row.labels ?? {} } : {}),
    category: row.category,
    opened_at: Number(row.opened_at),
    expires_at: time(row.expires_at),
    ended_at: time(row.ended_at),
    payment_id: row.payment === null ? null : idOf('pay', row.payment),
    ...(own ? { position: `${row.partition}:${row.position}` } : {}),
  };
}
