import { parseLedgerPrice, type LedgerPrice, type PaymentFlow, type Scheme } from '#x402';
import type { PayableOptions, PayableRequest, RouteOptions, RoutePrice } from './options.js';

/** What a route asks for, whoever comes. */
export interface RouteTerms {
  price: LedgerPrice;
  scheme: Scheme;
  flow: PaymentFlow;
  payTo: string;
  address?: string;
  timeout_seconds: number;
  description: string;
  mimeType: string;
}

const PAYEE = /^[\x21-\x7e]{1,128}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** @throws Error where nobody could pay what is asked; so a wrong route fails when it is made */
export function routeTerms(options: PayableOptions, price: RoutePrice, route: RouteOptions): RouteTerms {
  const { payTo, address } = options;
  if (!PAYEE.test(payTo)) throw new Error(`payTo ${JSON.stringify(payTo)} is no handle or agent id`);
  if (address !== undefined && !ADDRESS.test(address)) {
    throw new Error(`address ${JSON.stringify(address)} is no address`);
  }
  const timeout_seconds = route.timeout_seconds ?? 60;
  if (!Number.isSafeInteger(timeout_seconds) || timeout_seconds < 1) {
    throw new Error('timeout_seconds must be a whole number from 1');
  }
  return {
    price: parseLedgerPrice(price),
    scheme: route.scheme ?? 'exact',
    flow: route.flow ?? 'authorization',
    payTo,
    address,
    timeout_seconds,
    description: route.description ?? '',
    mimeType: route.mimeType ?? '',
  };
}

/** The URL that is paid for, as this server sees it. */
export function resourceUrl(request: PayableRequest): string {
  const { host } = request.headers;
  const path = request.originalUrl ?? request.url;
  return `${request.protocol ?? 'http'}://${typeof host === 'string' ? host : 'localhost'}${path}`;
}
