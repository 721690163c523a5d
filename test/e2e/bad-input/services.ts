import type { Route } from './route.js';

/** Its body is set once there is an org to define a service of. */
export const DEFINE: Route = { method: 'PUT', path: '/v1/services/{name}', body: {} };
const PAID = { amounts: ['max_credits'], lenient: true };

export const SERVICES: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/pay',
    body: { service: 'perplexity', agent_id: 'worker', payload: { query: 'x' } },
    ...PAID,
  },
  { method: 'POST', path: '/v1/search', body: { agent_id: 'worker', query: 'x' }, ...PAID },
  {
    method: 'POST',
    path: '/v1/email/send',
    body: { agent_id: 'worker', to: 'a@example.com', subject: 'x', body: 'x' },
    ...PAID,
  },
  { method: 'POST', path: '/v1/image', body: { agent_id: 'worker', prompt: 'x' }, ...PAID },
  { method: 'POST', path: '/v1/sms', body: { agent_id: 'worker', to: '+15551234567', body: 'x' }, ...PAID },
  { method: 'GET', path: '/v1/services' },
  { method: 'GET', path: '/v1/services/{name}', unknown: 'service_not_found' },
  DEFINE,
  { method: 'DELETE', path: '/v1/services/{name}', unknown: 'service_not_found' },
  { method: 'PUT', path: '/v1/services/{name}/secret', body: { secret: 'abcdef' }, unknown: 'service_not_found' },
  { method: 'DELETE', path: '/v1/services/{name}/secret', unknown: 'service_not_found' },
];
