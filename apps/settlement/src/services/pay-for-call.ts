import {
  renderPaymentAnswer,
  type FieldProblem,
  type RecordedEvent,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { callerOf } from '../owners/command-header.js';
import { priceCall, requireService, type AskedCall, type PricedCall } from './asked-call.js';
import { beginCall, type BegunCall } from './begin-call.js';
import { dispatchApproved } from './dispatch-approved.js';
import { failureAnswer, paidAnswer, unknownAnswer } from './paid-answer.js';
import { joinCall } from './join-call.js';
import { EventQueue } from './event-queue.js';
import { isRetryable, type Outcome, type Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { runCall, type StartedCall } from './run-call.js';
import { streamAnswer } from './stream-answer.js';
import { streamCall } from './stream-call.js';

type Paid = Extract<Outcome, { kind: 'paid' }>;

/** How a use case words what is its own: problems of the payload, and the answer. */
export interface Wording {
  problemOf: (problem: FieldProblem) => FieldProblem;
  answerOf: (outcome: Paid) => Paid;
}

/** How often one key may be tried again after a call that came to nothing for want of a service. */
const ATTEMPTS_MAXIMUM = 20;
/** Left of the caller's time for answering. */
const MARGIN_MS = 500;

/** A paid call: estimate, hold, call, capture what it came to, answer. The same key again gives the same answer, and no second call. */
export async function payForCall(
  parts: ServiceParts,
  request: SettlementRequest,
  asked: AskedCall,
  wording: (service: PricedCall['service']) => Wording,
): Promise<SettlementAnswer> {
  const service = await requireService(parts, callerOf(request).org, asked.service);
  const { problemOf, answerOf } = wording(service);
  const priced = priceCall(service, asked, problemOf);
  for (let attempt = 0; ; attempt += 1) {
    const begun = await beginCall(parts, request, priced, attempt);
    const started = await startedBy(parts, request, priced, begun);
    if (started === 'waits') return pendingAnswer(begun);
    const outcome =
      started === 'taken' ? await joinCall(parts, request, begun) : await outcomeOf(parts, request, priced, started);
    if (outcome.kind === 'streaming') return streamAnswer(parts, request, priced, begun.payment_id, outcome);
    // What this request has called, or a copy of it, is its answer: after "nothing was spent" nothing is spent.
    const isAnswer = begun.isOfRequest || started !== 'taken' || attempt + 1 >= ATTEMPTS_MAXIMUM;
    // An earlier attempt that came to nothing for want of the service leaves the key free for another.
    if (outcome.kind === 'failed' && isRetryable(outcome) && !isAnswer) continue;
    if (outcome.kind === 'unknown') return unknownAnswer(begun.payment_id, outcome);
    if (outcome.kind === 'failed') return failureAnswer(outcome, begun.payment_id);
    return paidAnswer(parts, request, begun.payment_id, answerOf(outcome));
  }
}

/** It has begun to answer. */
interface Streaming {
  kind: 'streaming';
  events: EventQueue;
  end: Promise<Outcome | Unknown>;
}

/** Its first event, or what came of it where there is none. */
async function streamed(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  call: StartedCall,
): Promise<Outcome | Unknown | Streaming> {
  const events = new EventQueue();
  const end = streamCall(parts, request, priced, call, events);
  const started = events.begun.then((): Streaming => ({ kind: 'streaming', events, end }));
  return Promise.race([started, withinTime(request, end)]);
}

/** The call where it is this request's to make. `waits`: for a person; `taken`: by an earlier request, or by another copy of this one. */
async function startedBy(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  begun: BegunCall,
): Promise<'waits' | 'taken' | StartedCall> {
  if (begun.event.type === 'payment.pending_approval') return dispatchApproved(parts, request, priced, begun);
  return begun.isOurs ? begun : 'taken';
}

async function outcomeOf(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  started: StartedCall,
): Promise<Outcome | Unknown | Streaming> {
  if (priced.call.is_streamed) return streamed(parts, request, priced, started);
  return withinTime(request, runCall(parts, request, priced, started));
}

/** The call goes on without the caller; by the same key its answer is there later (B3). */
async function withinTime(request: SettlementRequest, call: Promise<Outcome | Unknown>): Promise<Outcome | Unknown> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<Unknown>((resolve) => {
    const left_ms = Math.max(0, request.deadline - MARGIN_MS - Date.now());
    timer = setTimeout(() => resolve({ kind: 'unknown', reason: 'the call has not ended yet' }), left_ms);
  });
  try {
    return await Promise.race([call, over]);
  } finally {
    clearTimeout(timer);
  }
}

function pendingAnswer({ event, position }: RecordedEvent): SettlementAnswer {
  if (event.type !== 'payment.pending_approval') throw new Error(`${event.type} waits for nobody`);
  return { kind: 'done', outcome: 'pending', body: JSON.stringify(renderPaymentAnswer(event, position)) };
}
