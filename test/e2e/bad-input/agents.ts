import type { Route } from './route.js';

export const AGENTS: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/agents',
    body: { handle: 'new', spending_cap: { amount: 1 } },
    amounts: [
      'spending_cap.amount',
      'spending_cap_usd',
      'per_tx_limit',
      'per_tx_limit_usd',
      'daily_cap',
      'daily_cap_usd',
    ],
  },
  { method: 'GET', path: '/v1/agents', pages: true },
  {
    method: 'POST',
    path: '/v1/spend-auth',
    body: { agent_id: 'new', limit_usd: 1, label: 'goal' },
    amounts: ['limit_usd'],
  },
  { method: 'GET', path: '/v1/agents/{agent}', unknown: 'agent_not_found' },
  {
    method: 'PATCH',
    path: '/v1/agents/{agent}',
    body: { daily_cap: 9 },
    amounts: ['daily_cap', 'per_tx_limit', 'spending_cap.amount', 'limits[0].max'],
    unknown: 'agent_not_found',
  },
  { method: 'GET', path: '/v1/agents/{agent}/spend', unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/freeze', body: { reason: 'audit' }, unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/unfreeze', body: {}, unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/rotate-token', body: { overlap_seconds: 5 }, unknown: 'agent_not_found' },
  {
    method: 'POST',
    path: '/v1/agents/{agent}/addresses',
    body: { address: `0x${'a'.repeat(40)}`, signature: `0x${'b'.repeat(130)}` },
    unknown: 'agent_not_found',
  },
  { method: 'GET', path: '/v1/agents/{agent}/addresses', unknown: 'agent_not_found' },
  { method: 'DELETE', path: '/v1/agents/{agent}/addresses/{address}', unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/revocations/{revocation_id}', body: {}, unknown: 'revocation_not_found' },
];
