import type { Route } from './route.js';

export const PAYMENTS: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payments',
    body: { agent_id: 'worker', service: 'search', amount: 1 },
    amounts: ['amount'],
  },
  {
    method: 'POST',
    path: '/v1/decisions',
    body: { agent_id: 'worker', service: 'search', amount: 1 },
    amounts: ['amount'],
  },
  { method: 'GET', path: '/v1/payments', pages: true },
  { method: 'GET', path: '/v1/payments/{id}', unknown: 'payment_not_found' },
  { method: 'GET', path: '/v1/payments/{id}/explanation', unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/capture',
    body: { amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
  { method: 'POST', path: '/v1/payments/{id}/void', body: {}, unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/refund',
    body: { amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
  { method: 'POST', path: '/v1/payments/{id}/dispatch', body: {}, unknown: 'payment_not_found' },
  { method: 'POST', path: '/v1/payments/{id}/extend', body: { expires_in: 3600 }, unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/resolve',
    body: { outcome: 'captured', amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
];
