import { challengeV2 } from '../../support/x402.js';
import type { Route } from './route.js';

/** Its token is one of the org's, once there is one. */
export const REDEEM: Route = { method: 'POST', path: '/v1/payments/x402/redeem', body: {}, amounts: ['amount'] };

export const X402: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payments/x402/resolve',
    body: { challenge: challengeV2({ payTo: 'asks' }), agent_id: 'worker' },
    amounts: ['max_credits'],
  },
  REDEEM,
  { method: 'GET', path: '/x402/settlements/{transaction}', unknown: 'payment_not_found' },
  { method: 'GET', path: '/x402/discovery/resources', pages: true },
  { method: 'GET', path: '/x402/discovery/search', query: 'query=x', pages: true },
];
