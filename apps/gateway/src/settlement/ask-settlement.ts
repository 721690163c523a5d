import {
  BOUNDS,
  isJsonObject,
  JsonNumber,
  problemOfCode,
  readJson,
  type SettlementAnswer,
  type SettlementCall,
  type SettlementOutcome,
  type SettlementRequest,
} from '#contracts';
import { freshId } from '#security';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { bodyText, readParameters, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { DEFAULT_DEADLINE_MS, readKey } from '../http/command-header.js';
import { JSON_TYPE, jsonTextReply, problemReply, type HttpReply } from '../http/http-reply.js';
import { refusalReply, retryAfter } from '../http/owner-reply.js';
import type { Settlement } from '../ports.js';

/** Which HTTP status a protocol's own answer goes out with. */
export type StatusOfOutcome = Readonly<Record<SettlementOutcome, number>>;

/** Hands a request over as it came, and turns the answer into HTTP. */
export async function askSettlement(
  settlement: Settlement,
  call: SettlementCall,
  request: FastifyRequest,
  caller: Caller | undefined,
  statuses: StatusOfOutcome,
  parameters?: Readonly<Record<string, string>>,
): Promise<HttpReply> {
  refuseQuery(request);
  return handOver(settlement, call, request, caller, statuses, parameters);
}

/** The same where the query says what is asked for; without a credential nobody is told even what is wrong with it. */
export function askSettlementByQuery<Schema extends z.ZodType<Partial<Record<string, string>>>>(
  settlement: Settlement,
  call: SettlementCall,
  request: FastifyRequest,
  statuses: StatusOfOutcome,
  schema: Schema,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const given = Object.entries(readParameters(request, schema)).filter(([, value]) => value !== undefined);
  return handOver(settlement, call, request, caller, statuses, Object.fromEntries(given) as Record<string, string>);
}

async function handOver(
  settlement: Settlement,
  call: SettlementCall,
  request: FastifyRequest,
  caller: Caller | undefined,
  statuses: StatusOfOutcome,
  parameters: Readonly<Record<string, string>> | undefined,
): Promise<HttpReply> {
  const key = readKey(request, undefined);
  const body = bodyText(request);
  const asked: SettlementRequest = {
    fresh_id: freshId(),
    deadline: Date.now() + (deadlineIn(body) ?? DEFAULT_DEADLINE_MS),
    body,
    is_first: true,
    ...(caller === undefined ? {} : { caller }),
    ...(key === undefined ? {} : { key }),
    ...(parameters === undefined ? {} : { parameters }),
  };
  return replyOf(await settlement.ask(call, asked), statuses);
}

/** How long the caller waits, before anybody has read the rest of its body; whether that is as it should be is told later. */
function deadlineIn(body: string): number | undefined {
  if (!body.includes('"deadline_ms"')) return undefined;
  const read = readJson(body);
  const given = read.ok && isJsonObject(read.value) ? read.value['deadline_ms'] : undefined;
  const isWhole = given instanceof JsonNumber && /^[1-9]\d{0,8}$/.test(given.text);
  return isWhole ? Math.min(Number(given.text), BOUNDS.deadline_ms) : undefined;
}

function doneReply(status: number, body: string, retry_after_ms: number | undefined): HttpReply {
  if (status === 401) return { status, contentType: JSON_TYPE, body, headers: { 'www-authenticate': 'Bearer' } };
  if (status === 429 || status === 503)
    return { status, contentType: JSON_TYPE, body, headers: retryAfter(retry_after_ms) };
  return jsonTextReply(status, body);
}

function replyOf(answer: SettlementAnswer, statuses: StatusOfOutcome): HttpReply {
  switch (answer.kind) {
    case 'done': {
      const { body, content_type, stream } = answer;
      if (content_type !== undefined)
        return { status: 200, contentType: content_type, body, ...(stream && { stream }) };
      return doneReply(statuses[answer.outcome], body, answer.retry_after_ms);
    }
    case 'problem': {
      const { code, retry_after_ms, kind: _kind, ...particulars } = answer;
      const reply = problemReply(problemOfCode(code, particulars));
      if (retry_after_ms === undefined) return reply;
      return { ...reply, headers: { ...reply.headers, ...retryAfter(retry_after_ms) } };
    }
    case 'refused':
    case 'unavailable':
      return refusalReply(answer);
  }
}
