import type { Route } from './route.js';

export const SESSIONS: readonly Route[] = [
  { method: 'POST', path: '/v1/sessions', body: { budget: 1 }, amounts: ['budget'] },
  { method: 'GET', path: '/v1/sessions', pages: true },
  { method: 'GET', path: '/v1/sessions/{id}', unknown: 'session_not_found' },
  {
    method: 'PATCH',
    path: '/v1/sessions/{id}',
    body: { budget: 2 },
    amounts: ['budget'],
    unknown: 'session_not_found',
  },
  { method: 'POST', path: '/v1/sessions/{id}/close', body: {}, unknown: 'session_not_found' },
];
