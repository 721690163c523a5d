import autocannon from 'autocannon';
import type { Instance } from '../support/instance.js';
import type { HttpRun } from './load-http.js';
import { processorTimes, shares } from './processes.js';

/** What a payer and a payee need for one kind of payment. */
export interface X402Pair {
  payer_token: string;
  payee_token: string;
  /** The 402 that the payer meets. */
  challenge: object;
  requirements: object;
}

interface Context {
  pair?: X402Pair;
  began?: number;
  call?: string;
}

/** Whole payments, each of the calls resolve, verify and settle one after the other, so many of them in flight. */
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
  await autocannon({
    url: instance.url,
    connections: in_flight,
    duration: seconds,
    requests: [
      {
        path: '/v1/payments/x402/resolve',
        setupRequest(request, context: Context) {
          context.pair = pairs[next++ % pairs.length]!;
          context.began = performance.now();
          const { payer_token, challenge } = context.pair;
          return { ...request, ...call(payer_token, JSON.stringify({ challenge })) };
        },
        onResponse(status, body, context: Context) {
          if (status !== 200) failed += 1;
          const paymentPayload =
            status === 200 ? (JSON.parse(body) as { payment_payload: object }).payment_payload : {};
          const paymentRequirements = context.pair!.requirements;
          context.call = JSON.stringify({ x402Version: 2, paymentPayload, paymentRequirements });
        },
      },
      {
        path: '/x402/verify',
        setupRequest: (request, context: Context) => ({
          ...request,
          ...call(context.pair!.payee_token, context.call!),
        }),
        onResponse(status, body) {
          if (status !== 200 || !body.startsWith('{"isValid":true')) failed += 1;
        },
      },
      {
        path: '/x402/settle',
        setupRequest: (request, context: Context) => ({
          ...request,
          ...call(context.pair!.payee_token, context.call!),
        }),
        onResponse(status, body, context: Context) {
          if (status === 200 && body.startsWith('{"success":true')) taken_ms.push(performance.now() - context.began!);
          else failed += 1;
        },
      },
    ],
  });
  const elapsed_ms = performance.now() - begin;
  taken_ms.sort((one, other) => one - other);
  return {
    per_second: taken_ms.length / (elapsed_ms / 1000),
    p50_ms: taken_ms[Math.floor(taken_ms.length * 0.5)] ?? Infinity,
    p99_ms: taken_ms[Math.floor(taken_ms.length * 0.99)] ?? Infinity,
    failed,
    shares: shares(before, processorTimes(instance.process.pid), elapsed_ms),
  };
}
