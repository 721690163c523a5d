import type { Route } from './route.js';

export const APPROVALS: readonly Route[] = [
  { method: 'GET', path: '/v1/approvals', pages: true },
  { method: 'GET', path: '/v1/approvals/{id}', unknown: 'approval_not_found' },
  { method: 'POST', path: '/v1/approvals/{id}/approve', body: {}, unknown: 'approval_not_found' },
  { method: 'POST', path: '/v1/approvals/{id}/deny', body: { explanation: 'no' }, unknown: 'approval_not_found' },
  {
    method: 'POST',
    path: '/v1/approvals/grants',
    body: { service: 'search', amount: 1, per: 'day' },
    amounts: ['amount'],
  },
  { method: 'GET', path: '/v1/approvals/grants', pages: true },
  { method: 'DELETE', path: '/v1/approvals/grants/{id}', unknown: 'grant_not_found' },
];
