import { decodeOwnerRequest, type OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import type { Clock } from '../ports.js';
import type { Owner } from '../owner/owner.js';
import type { AgentRate } from './agent-rate.js';
import { withOwnKey } from './prepare.js';
import { responseText } from './response-text.js';

/** One request/reply message: several commands of one partition, answered together. */
export interface OwnerCallLike {
  partition: number;
  text(): string;
  respond(response: string): void;
}

export interface OwnerRequestsParts {
  owner: Owner;
  clock: Clock;
  rate: AgentRate;
}

/** Hands what gateways and services ask by request/reply to the owner, and answers when all of a message is decided. */
export function takeOwnerCalls(parts: OwnerRequestsParts, calls: readonly OwnerCallLike[]): void {
  const failures: unknown[] = [];
  for (const call of calls)
    try {
      takeCall(parts, call);
    } catch (failure) {
      failures.push(failure); // what cannot be read keeps nobody else waiting
    }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} requests cannot be read`);
}

function takeCall(parts: OwnerRequestsParts, call: OwnerCallLike): void {
  const { commands } = decodeOwnerRequest(call.text());
  if (commands.length === 0) return call.respond('{"answers":[]}');
  const answers = new Array<OwnerAnswer>(commands.length);
  let waiting = commands.length;
  const settle = (index: number, answer: OwnerAnswer): void => {
    answers[index] = answer;
    waiting -= 1;
    if (waiting > 0) return;
    call.respond(responseText({ answers }));
  };
  for (const [index, request] of commands.entries())
    takeOwnerCommand(parts, call.partition, request, (answer) => settle(index, answer));
}

/** Hands one command or question to the owner, whichever way it came; `answer` is called once. */
export function takeOwnerCommand(
  parts: OwnerRequestsParts,
  partition: number,
  request: Command | Query,
  answer: (answer: OwnerAnswer) => void,
): void {
  // What is proven elsewhere is never taken on a caller's word.
  if ('proven_by' in request.credential && !PROVEN_ELSEWHERE.get(request.credential.proven_by)?.has(request.type))
    return answer({
      kind: 'refused',
      refusal: { code: 'credential_invalid', scope: { kind: 'key', id: request.credential.subject } },
    });
  const now = parts.clock.now();
  const wait = isLimited(request) ? parts.rate.take(request.org, payerName(request), now) : 0;
  if (wait > 0) return answer({ kind: 'unavailable', code: 'rate_limited', retry_after_ms: wait });
  parts.owner.submit({ partition, request: withOwnKey(request), arrived_at: now, answer });
}

/**
 * A new org has no credential yet to show, one that is locked out has none any more, and what an owner brings to another book
 * is vouched for by its own log; that somebody speaks for an agent of another org, whom this one has asked for money, was
 * verified by that org's book. Whether an org takes payments of other orgs is told to these. A payee of another org has shown its
 * credential to the owner there, and what an address's key has signed is verified by settlement, which also says what came of the
 * paid services that it calls. Who published an envelope on the bus is known by the server's word.
 */
const PROVEN_ELSEWHERE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'owner',
    new Set([
      'organization.create',
      'organization.issue_admin_key',
      'clearing.credit',
      'clearing.return',
      'request.decline',
      'query.payment_request',
      'query.foreign_payments',
    ]),
  ],
  [
    'settlement',
    new Set([
      'payment.redeem',
      'query.redemption',
      'query.payment',
      'payment.transfer_signed',
      'query.signed_transfer',
      'payment.dispatch',
      'payment.capture',
      'payment.void',
    ]),
  ],
  [
    'bus',
    new Set([
      'payment.authorize',
      'payment.redeem',
      'query.redemption',
      'query.payment',
      'query.agent',
      'query.credential',
    ]),
  ],
]);

type Limited = Extract<Command, { type: (typeof LIMITED)[number] }>;

/** What an agent's own token or key can make the book grow by. */
const LIMITED = [
  'payment.authorize',
  'payment.transfer_signed',
  'agent.scope',
  'agent.register_address',
  'request.open',
] as const;

function isLimited(request: Command | Query): request is Limited {
  return (LIMITED as readonly string[]).includes(request.type);
}

/** The agent as the caller names it; the same agent by id and by handle has two buckets, each of which bounds it. */
function payerName(request: Limited): string {
  if (request.type === 'request.open') return request.payee ?? request.credential.subject;
  if (request.type === 'payment.transfer_signed') return request.credential.subject;
  const session = request.type === 'payment.authorize' ? request.session_id : undefined;
  return request.agent ?? session ?? request.credential.subject;
}
