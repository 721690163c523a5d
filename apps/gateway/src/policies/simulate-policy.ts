import { partitionOf, simulatePolicySchema } from '#contracts';
import {
  isPaymentEvent,
  PolicySimulation,
  windowAt,
  type BookEvent,
  type DraftPolicy,
  type LimitDefinition,
} from '#domain';
import type { FastifyRequest } from 'fastify';
import { askForAgent } from '../agents/read-agent.js';
import { readBody } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { refuseKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { verifyKey } from '../http/verified-reader.js';
import type { LogReader, OwnerGateway } from '../ports.js';
import { positionAt } from './position-at.js';
import { SimulationReport } from './simulation-report.js';

/** A call reads at most so many events: a few seconds' work. What is cut off says until when it judged. */
const EVENTS_MAXIMUM = 300_000;
const READ_AT_ONCE = 1_000;

/**
 * `POST /v1/policies/simulate`: what a draft of limits and lists would have refused, and let pass, of the payments that an
 * agent made or the whole org. Read from the log; the owner is asked for names only, and nothing is changed.
 */
export async function simulatePolicy(
  request: FastifyRequest,
  owner: OwnerGateway,
  log: LogReader,
  now: number,
): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const body = readBody(request, simulatePolicySchema);
  await verifyKey(caller, owner);
  const agentId = body.agent_id === undefined ? undefined : (await askForAgent(caller, body.agent_id, owner)).agent_id;
  const draft = await withIds(caller, owner, {
    limits: body.limits ?? [],
    ...(body.lists ? { lists: body.lists } : {}),
  });
  const scope =
    agentId === undefined
      ? ({ kind: 'organization', id: caller.org } as const)
      : ({ kind: 'agent', id: agentId } as const);
  const simulation = new PolicySimulation(draft, scope, body.from);
  const report = new SimulationReport();
  const partition = partitionOf(caller.org);
  const until = body.to ?? now;
  const head = (await log.head(partition)).position;
  let read = await positionAt(log, partition, head, beginOf(draft.limits, body.from));
  const last = Math.min(head, read + EVENTS_MAXIMUM);
  let judgedUntil = body.from;
  for (let over = false; read < last && !over;) {
    const entries = await log.read(partition, read, Math.min(last, read + READ_AT_ONCE));
    if (entries.length === 0) break;
    for (const { position, payload } of entries) {
      read = position;
      const event = JSON.parse(payload.toString('utf8')) as BookEvent;
      if (event.org !== caller.org) continue;
      if ((over = event.time >= until)) break;
      judgedUntil = Math.max(judgedUntil, event.time);
      if (!isPaymentEvent(event) || (agentId !== undefined && event.payer.agent_id !== agentId)) continue;
      const verdict = simulation.take(event);
      if (verdict) report.add(event, verdict);
    }
    if (over) return jsonReply(200, report.render(true, until));
  }
  return jsonReply(200, read >= head ? report.render(true, until) : report.render(false, judgedUntil));
}

/** Where the earliest window begins in which a payment of the period may count. */
function beginOf(limits: readonly LimitDefinition[], from: number): number {
  const begins = limits
    .filter(({ of, per }) => of === 'held' || per !== 'payment')
    .map((definition) => {
      const { start } = windowAt(definition, from);
      const rolling = definition.of !== 'held' && typeof definition.per === 'object';
      return rolling ? start - (definition.per as { rolling_seconds: number }).rolling_seconds * 1000 : start;
    });
  return Math.min(from, ...begins);
}

/** Payees are named by id or handle, and kept in events by id. */
async function withIds(caller: Caller, owner: OwnerGateway, draft: DraftPolicy): Promise<DraftPolicy> {
  const idOf = async (payee: string): Promise<string> => (await askForAgent(caller, payee, owner)).agent_id;
  const limits = await Promise.all(
    draft.limits.map(async (limit) =>
      limit.payee === undefined ? limit : { ...limit, payee: await idOf(limit.payee) },
    ),
  );
  const { lists } = draft;
  if (!lists) return { limits };
  const entries = async (given: typeof lists.allow) =>
    given?.payees ? { ...given, payees: await Promise.all(given.payees.map(idOf)) } : given;
  const [allow, deny] = [await entries(lists.allow), await entries(lists.deny)];
  return { limits, lists: { ...lists, ...(allow ? { allow } : {}), ...(deny ? { deny } : {}) } };
}
