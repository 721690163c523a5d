import type { UpstreamAnswer } from '#contracts';
import {
  isPricedByAnswer,
  readUpstreamAnswer,
  upstreamRequest,
  type QuotedCall,
  type ServiceDefinition,
} from '#paid-services';
import type { FoundService } from './catalogue/service-catalogue.js';
import { afterNoAnswer, type Outcome, type Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { redacted, redactedHeaders } from './redacted.js';
import { retryAfterMs } from './retry-after.js';
import type { Exchange, UpstreamRequest } from './upstream/exchange.js';

type CallParts = Pick<ServiceParts, 'upstream' | 'sandbox_url'>;

export interface CallToMake {
  service: FoundService;
  call: QuotedCall;
  /** Also the key by which the provider does nothing twice, where it knows such keys. */
  payment_id: string;
  /** Until when it may be asked again, in milliseconds since the epoch: as long as the caller waits. */
  patience_until: number;
  /** It was asked before, by a process that is gone. */
  is_asked_before?: boolean;
}

const FIRST_WAIT_MS = 200;

/** Asks the service, again where that surely does no harm, and says what came of it. Never rejects. */
export async function makeCall(
  parts: CallParts,
  { service, call, payment_id, patience_until, is_asked_before = false }: CallToMake,
): Promise<Outcome | Unknown> {
  const { definition } = service;
  const request = requestOf(parts, service, call, payment_id);
  const timeout_ms = definition.timeout_seconds * 1_000;
  let isUnanswered = is_asked_before;
  for (let retry = 0; ; retry += 1) {
    const exchange = await parts.upstream.call(request, timeout_ms);
    const last = outcomeOf(service, call, exchange);
    const outcome = isUnanswered ? afterNoAnswer(last) : last;
    isUnanswered ||= last.kind === 'unknown';
    if (retry >= definition.retries || !mayAskAgain(definition, last)) return outcome;
    const wait_ms = (last.kind === 'failed' && last.retry_after_ms) || FIRST_WAIT_MS * 2 ** retry;
    if (Date.now() + wait_ms + timeout_ms / 4 > patience_until) return outcome;
    await new Promise((resolve) => setTimeout(resolve, wait_ms));
  }
}

/** In the sandbox the provider's host is the first part of the path. */
export function requestOf(
  { sandbox_url }: CallParts,
  { definition, mode, secret }: FoundService,
  call: QuotedCall,
  payment_id: string,
) {
  const request = upstreamRequest(definition, call, secret, { idempotency_key: payment_id }) as UpstreamRequest;
  if (mode !== 'sandbox') return request;
  const { host, pathname, search } = new URL(request.url);
  return { ...request, url: `${sandbox_url}/${host}${pathname}${search}` };
}

/** Nothing was done; or what was done is not done twice under the same key. */
function mayAskAgain({ idempotency }: ServiceDefinition, outcome: Outcome | Unknown): boolean {
  if (outcome.kind === 'unknown') return idempotency !== undefined;
  return outcome.kind === 'failed' && outcome.code !== 'upstream_refused';
}

/** What one exchange means. */
export function outcomeOf(service: FoundService, call: QuotedCall, exchange: Exchange): Outcome | Unknown {
  const { definition, secret } = service;
  switch (exchange.kind) {
    case 'not_sent':
      return {
        kind: 'failed',
        code: 'upstream_unavailable',
        detail: `The service can not be reached: ${exchange.reason}.`,
      };
    case 'unknown':
      return { kind: 'unknown', reason: exchange.reason };
    case 'unreadable':
      return unreadable(definition, exchange.status, exchange.reason);
    case 'answered': {
      const body = redacted(exchange.body, secret);
      const headers = redactedHeaders(exchange.headers, secret);
      const read = readUpstreamAnswer(definition, call, { ...exchange, headers, body });
      if (read.ok) return { kind: 'paid', body: Object.assign({}, read.body, sandboxMark(service)), units: read.units };
      if (read.fault.kind === 'refused') return refusedBy(exchange, body);
      if (read.fault.kind === 'price_unknown')
        return { kind: 'unknown', reason: `the price is not known: ${read.fault.message}` };
      return unreadable(definition, exchange.status, read.fault.message);
    }
  }
}

/** Kept with the answer: by the time the same key asks again, the service may have a secret. */
export function sandboxMark({ mode }: Pick<FoundService, 'mode'>): { sandbox?: true } {
  return mode === 'sandbox' ? { sandbox: true } : {};
}

function refusedBy({ status, headers }: Extract<Exchange, { kind: 'answered' }>, body: string): Outcome {
  const upstream: UpstreamAnswer = { status, body: shown(body) };
  const retry_after_ms = retryAfterMs(headers['retry-after']);
  const isBusy = status === 429 || (status === 503 && retry_after_ms !== undefined);
  if (!isBusy) return { kind: 'failed', code: 'upstream_refused', detail: `The service answered ${status}.`, upstream };
  return {
    kind: 'failed',
    code: 'service_busy',
    detail: `The service answered ${status}.`,
    upstream,
    ...(retry_after_ms !== undefined && { retry_after_ms }),
  };
}

/**
 * An answer that is none. Where the price stands before the call, nothing of use came and nothing is paid; where only the answer tells
 * the price, it is not known what was spent.
 */
function unreadable(definition: ServiceDefinition, status: number, reason: string): Outcome | Unknown {
  if (status < 400 && isPricedByAnswer(definition.price)) return { kind: 'unknown', reason };
  return {
    kind: 'failed',
    code: 'upstream_refused',
    detail: `The service answered ${status}, and ${reason}.`,
    upstream: { status, body: null },
  };
}

const SHOWN_CHARACTERS = 4_096;

/** JSON as JSON, all else as text, cut where it is long. */
function shown(body: string): unknown {
  if (body.length > SHOWN_CHARACTERS) return `${body.slice(0, SHOWN_CHARACTERS)}…`;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
