import type { Route } from './route.js';

export const POLICIES: readonly Route[] = [
  { method: 'GET', path: '/v1/policies/{version}' },
  {
    method: 'POST',
    path: '/v1/policies/simulate',
    body: { limits: [{ of: 'amount', per: 'day', max: 1 }], from: '2026-01-01' },
    amounts: ['limits[0].max'],
  },
];
