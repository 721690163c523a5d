import { spendReportQuerySchema, type SpendReportQuery } from '#contracts';
import type { SpendReport, SpendReportQuery as Question } from '#read-models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { verifyKey } from '../http/verified-reader.js';
import type { OwnerGateway, Reports } from '../ports.js';
import { askReadModels } from './ask-read-models.js';
import { csvOf } from './csv.js';

/** A CSV without a limit has all rows up to here; the cursor of the rest stands in a header. */
const CSV_ROWS = 10_000;
const PAGE_ROWS = 200;
const NO_SPEND = { spent: '0', held: '0', earned: '0', refunded: '0', payments: 0, declined: 0 };

/** `GET /v1/reports/spend`: from the projection; says the position of the log that it reflects (D11). */
export async function reportSpend(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: OwnerGateway,
  reports: Reports,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const query = readParameters(request, spendReportQuerySchema);
  await verifyKey(caller, owner);
  const question = questionOf(caller.org, query);
  if (query.format === 'csv') return csvReply(await askReadModels(reply, () => manyPages(reports, question)), question);
  const report = await askReadModels(reply, () => reports.spendReport(question));
  const total = report.totals.find(({ currency }) => currency === 'USD') ?? { currency: 'USD', ...NO_SPEND };
  return jsonReply(200, { ...report, total, as_of: new Date(report.as_of).toISOString() });
}

function questionOf(org: string, query: SpendReportQuery): Question {
  const { group_by = [], from, to, session_id: session, cursor, limit } = query;
  const { agent, label, service, protocol, counterparty, currency } = query;
  const filters = { agent, label, session, service, protocol, counterparty, currency };
  return { org, group_by, from, to, filters, cursor, limit };
}

async function manyPages(reports: Reports, question: Question): Promise<SpendReport> {
  if (question.limit !== undefined) return reports.spendReport(question);
  const report = await reports.spendReport({ ...question, limit: PAGE_ROWS });
  while (report.next_cursor !== null && report.rows.length < CSV_ROWS) {
    const next = await reports.spendReport({ ...question, limit: PAGE_ROWS, cursor: report.next_cursor });
    report.rows.push(...next.rows);
    report.next_cursor = next.next_cursor;
  }
  return report;
}

function csvReply(report: SpendReport, question: Question): HttpReply {
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    body: csvOf(report.rows, question.group_by),
    headers: {
      'content-disposition': 'attachment; filename="spend.csv"',
      'bursar-position': report.position,
      ...(report.next_cursor === null ? {} : { 'bursar-next-cursor': report.next_cursor }),
    },
  };
}
