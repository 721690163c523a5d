import {
  problemOfCode,
  type SettlementAnswer,
  type SettlementCall,
  type SettlementOutcome,
  type SettlementRequest,
} from '#contracts';
import { freshId } from '#security';
import type { FastifyRequest } from 'fastify';
import { bodyText, refuseQuery } from '../http/body.js';
import type { Caller } from '../http/caller.js';
import { DEFAULT_DEADLINE_MS, readKey } from '../http/command-header.js';
import { JSON_TYPE, problemReply, type HttpReply } from '../http/http-reply.js';
import { refusalReply } from '../http/owner-reply.js';
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
  const key = readKey(request, undefined);
  const asked: SettlementRequest = {
    ...(caller === undefined ? {} : { caller }),
    fresh_id: freshId(),
    ...(key === undefined ? {} : { key }),
    deadline: Date.now() + DEFAULT_DEADLINE_MS,
    ...(parameters === undefined ? {} : { parameters }),
    body: bodyText(request),
  };
  return replyOf(await settlement.ask(call, asked), statuses);
}

function replyOf(answer: SettlementAnswer, statuses: StatusOfOutcome): HttpReply {
  switch (answer.kind) {
    case 'done':
      return { status: statuses[answer.outcome], contentType: JSON_TYPE, body: answer.body };
    case 'problem': {
      const { code, detail, problems, scope } = answer;
      return problemReply(problemOfCode(code, { detail, problems, scope }));
    }
    case 'refused':
    case 'unavailable':
      return refusalReply(answer);
  }
}
