import { partitionOf, simulatePolicySchema } from '#contracts';
import {
  PolicySimulation,
  ScopeMembers,
  windowAt,
  type DraftPolicy,
  type LimitDefinition,
  type PolicyScope,
} from '#domain';
import type { FastifyRequest } from 'fastify';
import { askForAgent } from '../agents/read-agent.js';
import { readBody } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { refuseKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { verifyKey } from '../http/verified-reader.js';
import type { LogReader, OwnerGateway } from '../ports.js';
import { askForSession } from '../sessions/read-session.js';
import { positionAt } from './position-at.js';
import { takeRecordedPayments, type Recording } from './recorded-payments.js';
import { SimulationReport } from './simulation-report.js';
import type { SlicedWork } from './sliced-work.js';

/** A call reads at most so many events: a few seconds' work. What is cut off says until when it judged. */
const EVENTS_MAXIMUM = 300_000;

/**
 * `POST /v1/policies/simulate`: what a draft of limits and lists would have refused, and let pass, of the payments of an agent
 * and all agents below it, of a session and all below it, or of the whole org. Read from the log; the owner is asked for names
 * and parents only, and nothing is changed.
 */
export async function simulatePolicy(
  request: FastifyRequest,
  owner: OwnerGateway,
  log: LogReader,
  now: number,
  work: SlicedWork,
): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const body = readBody(request, simulatePolicySchema);
  await verifyKey(caller, owner);
  const scope = await scopeOf(caller, owner, body);
  const draft = await withIds(caller, owner, {
    limits: body.limits ?? [],
    ...(body.lists ? { lists: body.lists } : {}),
  });
  const simulation = new PolicySimulation(draft, scope, body.from);
  const report = new SimulationReport();
  const partition = partitionOf(caller.org);
  const until = body.to ?? now;
  const head = (await log.head(partition)).position;
  const after = await positionAt(log, partition, head, beginOf(draft.limits, body.from));
  const recording: Recording = {
    log,
    org: caller.org,
    members: new ScopeMembers(scope),
    parentOf: (id) => parentOf(caller, owner, scope, id),
    after,
    upTo: Math.min(head, after + EVENTS_MAXIMUM),
    until,
  };
  const read = await takeRecordedPayments(recording, work.begin(), (event) => {
    const verdict = simulation.take(event);
    if (verdict) report.add(event, verdict);
  });
  const complete = read.over || read.position >= head;
  return jsonReply(200, report.render(complete, complete ? until : Math.max(body.from, read.time)));
}

/** Agents are named by id or handle. */
async function scopeOf(
  caller: Caller,
  owner: OwnerGateway,
  { agent_id, session_id }: { agent_id?: string | undefined; session_id?: string | undefined },
): Promise<PolicyScope> {
  if (agent_id !== undefined) return { kind: 'agent', id: (await askForAgent(caller, agent_id, owner)).agent_id };
  if (session_id !== undefined)
    return { kind: 'session', id: (await askForSession(caller, session_id, owner)).session_id };
  return { kind: 'organization', id: caller.org };
}

async function parentOf(
  caller: Caller,
  owner: OwnerGateway,
  scope: PolicyScope,
  id: string,
): Promise<string | undefined> {
  if (scope.kind === 'session') return (await askForSession(caller, id, owner)).parent_session_id;
  return (await askForAgent(caller, id, owner)).parent_agent_id;
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
