import { wrapAxiosWithPayment, x402Client as AxiosX402Client } from '@x402/axios';
import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http';
import type { PaymentRequired, SettleResponse } from '@x402/core/types';
import { wrapFetchWithPayment, x402Client as FetchX402Client } from '@x402/fetch';
import axios, { AxiosError, type AxiosResponse } from 'axios';
import { registerLedgerClient, type ResolveChallenge } from '#x402';

export interface Answer {
  status: number;
  body: unknown;
  /** The header with which was paid. */
  sent: string | undefined;
  settlement: SettleResponse | undefined;
  challenge: PaymentRequired | undefined;
  cacheControl: string | undefined;
}

export type Pay = (url: string) => Promise<Answer>;

/** The published clients, each registered in one line to pay out of an agent's account. */
export const clients: Readonly<Record<string, (resolve: ResolveChallenge) => Pay>> = {
  '@x402/fetch': (resolve) => payByFetch(registerLedgerClient(new FetchX402Client(), resolve)),
  '@x402/axios': (resolve) => payByAxios(registerLedgerClient(new AxiosX402Client(), resolve)),
};

export function payByFetch(client: FetchX402Client): Pay {
  return async (url) => {
    let sent: string | undefined;
    const noting: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      sent = request.headers.get('PAYMENT-SIGNATURE') ?? request.headers.get('X-PAYMENT') ?? undefined;
      return fetch(request);
    };
    return answerOf(await wrapFetchWithPayment(noting, client)(url), sent);
  };
}

export function payByAxios(client: AxiosX402Client): Pay {
  return async (url) => {
    let sent: string | undefined;
    const instance = axios.create();
    instance.interceptors.request.use((config) => {
      const value: unknown = config.headers.get('PAYMENT-SIGNATURE');
      if (typeof value === 'string') sent = value;
      return config;
    });
    const response = await wrapAxiosWithPayment(instance, client)
      .get<unknown>(url)
      .catch((error: unknown) => {
        if (error instanceof AxiosError && error.response) return error.response as AxiosResponse<unknown>;
        throw error;
      });
    const header = (name: string) => (response.headers[name] as string | undefined) ?? null;
    return { status: response.status, body: response.data, sent, ...headersOf(header) };
  };
}

/** A plain request with a payment of before. */
export async function replay(url: string, payment: string, header = 'PAYMENT-SIGNATURE'): Promise<Answer> {
  return answerOf(await fetch(url, { headers: { [header]: payment } }), payment);
}

async function answerOf(response: Response, sent: string | undefined): Promise<Answer> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // It is what it is.
  }
  return { status: response.status, body, sent, ...headersOf((name) => response.headers.get(name)) };
}

function headersOf(header: (name: string) => string | null) {
  const settled = header('payment-response') ?? header('x-payment-response');
  const required = header('payment-required');
  return {
    settlement: settled === null ? undefined : decodePaymentResponseHeader(settled),
    challenge: required === null ? undefined : decodePaymentRequiredHeader(required),
    cacheControl: header('cache-control') ?? undefined,
  };
}
