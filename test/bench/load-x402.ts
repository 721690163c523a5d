import autocannon from 'autocannon';
import type { Instance } from '../support/instance.js';
import { percentile, type HttpRun } from './load-http.js';
import { processorTimes, shares } from './processes.js';

/** A payer and a payee, and what the one asks of the other. */
export interface X402Pair {
  payee_token: string;
  requirements: object;
  /** How the payer comes to its payload: a challenge to resolve by its token, or a wallet that signs. */
  pays: { payer_token: string; challenge: object } | { sign: () => object };
}

interface Context {
  pair?: X402Pair;
  began?: number;
  call?: string | undefined;
}

/** Whole payments, each of the calls resolve (for tokens), verify and settle one after the other, so many of them in flight. */
export async function loadX402(
  instance: Instance,
  pairs: readonly X402Pair[],
  in_flight: number,
  seconds: number,
): Promise<HttpRun> {
  let next = 0;
  let failed = 0;
  const taken_ms: number[] = [];
  const before = processorTimes(instance.process.pid);
  const begin = performance.now();
  const call = (token: string, body: string) => ({
    method: 'POST' as const,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  const begun = (context: Context): X402Pair => {
    context.pair = pairs[next++ % pairs.length]!;
    context.began = performance.now();
    return context.pair;
  };
  const paying = (context: Context, paymentPayload: object): void => {
    const { requirements: paymentRequirements } = context.pair!;
    context.call = JSON.stringify({ x402Version: 2, paymentPayload, paymentRequirements });
  };
  const resolving = (): autocannon.Request => ({
    path: '/v1/payments/x402/resolve',
    setupRequest(request, context: Context) {
      const { pays } = begun(context);
      if ('sign' in pays) throw new Error('A wallet resolves nothing');
      return { ...request, ...call(pays.payer_token, JSON.stringify({ challenge: pays.challenge })) };
    },
    onResponse(status, body, context: Context) {
      if (status !== 200) failed += 1;
      paying(context, status === 200 ? (JSON.parse(body) as { payment_payload: object }).payment_payload : {});
    },
  });
  const verifying = (): autocannon.Request => ({
    path: '/x402/verify',
    setupRequest(request, context: Context) {
      if (context.call === undefined) {
        const { pays, requirements } = begun(context);
        if ('sign' in pays) paying(context, { x402Version: 2, accepted: requirements, payload: pays.sign() });
      }
      return { ...request, ...call(context.pair!.payee_token, context.call!) };
    },
    onResponse(status, body) {
      if (status !== 200 || !body.startsWith('{"isValid":true')) failed += 1;
    },
  });
  const settling = (): autocannon.Request => ({
    path: '/x402/settle',
    setupRequest: (request, context: Context) => ({ ...request, ...call(context.pair!.payee_token, context.call!) }),
    onResponse(status, body, context: Context) {
      context.call = undefined;
      if (status === 200 && body.startsWith('{"success":true')) taken_ms.push(performance.now() - context.began!);
      else failed += 1;
    },
  });
  await autocannon({
    url: instance.url,
    connections: in_flight,
    duration: seconds,
    requests: [...(pairs.some(({ pays }) => 'sign' in pays) ? [] : [resolving()]), verifying(), settling()],
  });
  const elapsed_ms = performance.now() - begin;
  taken_ms.sort((one, other) => one - other);
  return {
    per_second: taken_ms.length / (elapsed_ms / 1000),
    p50_ms: percentile(taken_ms, 0.5),
    p99_ms: percentile(taken_ms, 0.99),
    failed,
    shares: shares(before, processorTimes(instance.process.pid), elapsed_ms),
  };
}
