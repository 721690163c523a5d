import type { Route } from './route.js';

export const ORGANIZATION: readonly Route[] = [
  { method: 'GET', path: '/v1/org' },
  {
    method: 'PATCH',
    path: '/v1/org',
    body: { first_use: { per_day: 9 } },
    amounts: ['first_use.per_day', 'first_use.per_payment', 'first_use.together_per_day', 'limits[0].max'],
  },
  { method: 'GET', path: '/v1/whoami' },
  { method: 'POST', path: '/v1/keys', body: { role: 'finance', name: 'new' } },
  { method: 'GET', path: '/v1/keys', pages: true },
  { method: 'DELETE', path: '/v1/keys/{id}', unknown: 'key_not_found' },
  {
    method: 'POST',
    path: '/v1/organizations',
    body: { name: 'new' },
    amounts: ['initial_credits'],
    platform: true,
  },
  { method: 'POST', path: '/v1/organizations/{id}/admin-keys', body: { name: 'new' }, platform: true },
];
