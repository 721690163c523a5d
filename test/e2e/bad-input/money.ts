import type { Route } from './route.js';

export const MONEY: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/transfers',
    body: { from_wallet_id: 'wal_1', to_wallet_id: 'wal_2', amount: 1 },
    amounts: ['amount'],
  },
  { method: 'POST', path: '/v1/wallets', body: { kind: 'escrow', name: 'deals' } },
  { method: 'POST', path: '/v1/topups', body: { agent_id: 'worker', amount: 1 }, amounts: ['amount'] },
  { method: 'GET', path: '/v1/wallets', pages: true },
];
