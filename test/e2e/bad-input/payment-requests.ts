import type { Route } from './route.js';

export const PAYMENT_REQUESTS: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment-requests',
    body: { payee: 'worker', payer: 'asks', amount: 1 },
    amounts: ['amount'],
  },
  { method: 'GET', path: '/v1/payment-requests', pages: true },
  { method: 'GET', path: '/v1/payment-requests/{id}', unknown: 'payment_request_not_found' },
  {
    method: 'POST',
    path: '/v1/payment-requests/{id}/pay',
    body: { labels: { goal: 'x' } },
    unknown: 'payment_request_not_found',
  },
  { method: 'POST', path: '/v1/payment-requests/{id}/cancel', body: {}, unknown: 'payment_request_not_found' },
  { method: 'POST', path: '/v1/payment-requests/{id}/decline', body: {}, unknown: 'payment_request_not_found' },
];
