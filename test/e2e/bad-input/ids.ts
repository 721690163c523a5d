import type { EndToEnd } from '../../support/end-to-end.js';
import type { Organization } from '../../support/organizations.js';
import { challengeV2, X402Calls } from '../../support/x402.js';
import type { Route } from './route.js';

/** A service of an org's own. */
export function definitionOf(name: string): object {
  return {
    name,
    title: 'Weather',
    category: 'weather',
    call: { method: 'GET', url: 'https://weather.example/v1' },
    payload: {},
    secret: { placed: 'header', name: 'x-api-key' },
    price: { kind: 'flat', amount: '0.01' },
    timeout_seconds: 5,
    retries: 0,
    max_credits_recommended: '0.01',
  };
}

/** One of everything that a path can name. */
export async function idsOf(world: EndToEnd, { client, org, token }: Organization): Promise<Record<string, string>> {
  const agent = await client.agents.create({ handle: 'worker', spending_cap: { amount: 50 } });
  const { session_id } = await client.sessions.open({ budget: 1 });
  const { payment_id, receipt_id } = await client.payments.authorize({
    agent_id: 'worker',
    service: 'search',
    amount: '0.10',
  });
  const { key_id } = await client.keys.issue({ role: 'finance', name: 'books' });
  await client.agents.create({ handle: 'asks', approval_above: { amount: 0 } });
  const waiting = await client.payments.authorize({ agent_id: 'asks', service: 'search', amount: '0.10' });
  const x402 = new X402Calls(world.instance.url);
  const resolved = await x402.resolve(token, challengeV2({ payTo: 'asks' }), { agent_id: 'worker' });
  const { request_id } = await client.paymentRequests.open({ payee: 'worker', payer: 'asks', amount: '0.10' });
  const service = `weather-of-${org.slice(-12)}`;
  await world.call('PUT', `/v1/services/${service}`, { token, body: definitionOf(service) });
  const { grant_id } = await client.approvals.grants.create({ service: 'search', amount: 1, per: 'day' });
  return {
    agents: agent.agent_id,
    revocations: agent.revocation_id!,
    sessions: session_id,
    payments: payment_id,
    receipts: receipt_id,
    keys: key_id,
    approvals: waiting.approval_id!,
    grants: grant_id,
    'payment-requests': request_id,
    organizations: org,
    services: service,
    settlements: String(resolved.json['payment_id']),
    payment_token: String(resolved.json['payment_token']),
    policies: '1',
  };
}

/** A path with the id that it names. */
export function addressOf(route: Route, of: Readonly<Record<string, string>>): string {
  const area = route.path.includes('/grants/') ? 'grants' : route.path.split('/')[2]!;
  return route.path.replace(/\{\w+\}/, of[area] ?? '');
}
