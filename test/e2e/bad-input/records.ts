import type { Route } from './route.js';

export const RECORDS: readonly Route[] = [
  { method: 'GET', path: '/v1/reports/spend', pages: true },
  { method: 'GET', path: '/v1/receipts', pages: true },
  { method: 'GET', path: '/v1/receipts/{id}', unknown: 'receipt_not_found' },
  { method: 'GET', path: '/v1/events', pages: true },
  { method: 'GET', path: '/v1/integrity' },
];
