import { StreamMeter } from '#paid-services';
import type { SettlementRequest } from '#contracts';
import type { PricedCall } from './asked-call.js';
import type { FoundService } from './catalogue/service-catalogue.js';
import type { EventQueue } from './event-queue.js';
import { outcomeOf, requestOf, sandboxMark } from './make-call.js';
import type { Outcome, Unknown } from './outcome.js';
import type { ServiceParts } from './ports.js';
import { runCall, type StartedCall } from './run-call.js';
import { StreamRedactor } from './stream-redactor.js';

/** Said in the stream where it ends before the service did: OpenAI's own clients raise it. */
const STOPPED = errorEvent(
  'budget_exceeded',
  'The answer was stopped: more of it could have passed what is held for it.',
);
const BROKE_OFF = errorEvent(
  'upstream_broke_off',
  'The service broke off in its answer. What had come of it is paid for.',
);

const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * A call whose answer comes as server-sent events. It is passed on and metered as it flows, and stopped where going on could pass the
 * hold (A1). Whether or not anybody reads it, it is followed to its end, captured at what it came to, and kept (B3). Never rejects.
 */
export function streamCall(
  parts: ServiceParts,
  request: SettlementRequest,
  priced: PricedCall,
  started: StartedCall,
  queue: EventQueue,
): Promise<Outcome | Unknown> {
  const { payment_id, held } = started;
  return runCall(parts, request, priced, started, () => follow(parts, priced, payment_id, held, queue));
}

async function follow(
  parts: ServiceParts,
  { service, call }: PricedCall,
  payment_id: string,
  held: bigint,
  queue: EventQueue,
): Promise<Outcome | Unknown> {
  const { definition, secret } = service;
  const exchange = await parts.upstream.stream(requestOf(parts, service, call, payment_id), streamTimeMs(service));
  if (exchange.kind !== 'streaming') return outcomeOf(service, call, exchange);
  queue.begin();
  const meter = new StreamMeter(definition, call, held);
  const { text, stopped } = await passOn(exchange.chunks, meter, new StreamRedactor(secret), queue);
  exchange.stop();
  const end = meter.end();
  if (!end.ok) return { kind: 'unknown', reason: `the price is not known: ${end.fault.kind}` };
  const stream = stopped === undefined ? text : text + stopped;
  return { kind: 'paid', body: sandboxMark(service), stream, units: end.units };
}

/** Everything that comes, until it ends, breaks off, or has to be stopped. */
async function passOn(
  chunks: AsyncIterable<Buffer>,
  meter: StreamMeter,
  redactor: StreamRedactor,
  queue: EventQueue,
): Promise<{ text: string; stopped?: string }> {
  const decoder = new TextDecoder();
  let text = '';
  const pass = (more: string): void => {
    text += more;
    queue.push(more);
  };
  const stop = (event: string) => {
    pass(redactor.end());
    queue.push(event);
    return { text, stopped: event };
  };
  try {
    for await (const chunk of chunks) {
      meter.take(chunk);
      pass(redactor.take(decoder.decode(chunk, { stream: true })));
      if (meter.is_over || text.length > KEPT_BYTES) return stop(STOPPED);
    }
  } catch {
    return stop(BROKE_OFF);
  }
  pass(redactor.take(decoder.decode()));
  if (!meter.is_done) return stop(BROKE_OFF);
  pass(redactor.end());
  return { text };
}

/** How long a stream of the service may last. */
export function streamTimeMs({ definition }: Pick<FoundService, 'definition'>): number {
  return (definition.stream?.timeout_seconds ?? definition.timeout_seconds) * 1_000;
}

/** Something that Bursar has to say in the stream, in the shape that clients of OpenAI's know. */
export function errorEvent(code: string, message: string): string {
  return `\n\ndata: ${JSON.stringify({ error: { code, message, type: 'bursar' } })}\n\n`;
}
