import {
  quoteCall,
  readServiceDefinition,
  readUpstreamAnswer,
  upstreamRequest,
  type UpstreamAnswer,
} from '#paid-services';

interface Steps {
  /** The most that the call can cost, in the smallest units of USD: held before anything is called. */
  hold(units: bigint): Promise<void>;
  call(
    url: string,
    request: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<UpstreamAnswer>;
  capture(units: bigint): Promise<void>;
}

/** A paid call from its definition to what it cost. Without a secret it is one for the sandbox. */
export async function oneCall(text: string, payload: unknown, idempotency_key: string, steps: Steps) {
  const read = readServiceDefinition(text);
  if (!read.ok) throw new Error(read.problems.map(({ line, message }) => `line ${line} ${message}`).join('; '));
  const quote = quoteCall(read.definition, payload);
  if (!quote.ok) throw new Error(quote.code);
  await steps.hold(quote.call.estimate);
  const { url, ...request } = upstreamRequest(read.definition, quote.call, undefined, { idempotency_key });
  const answer = readUpstreamAnswer(read.definition, quote.call, await steps.call(url, request));
  if (!answer.ok) throw new Error(answer.fault.kind);
  await steps.capture(answer.units);
  return answer.body;
}
