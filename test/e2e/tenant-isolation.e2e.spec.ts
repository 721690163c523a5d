import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import type { Organization } from '../support/organizations.js';
import type { PlainCall } from '../support/plain-http.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** Everything that an org can have an id of. */
async function furnished(organization: Organization) {
  const { client } = organization;
  const agent = await client.agents.create({ handle: 'shared-handle', spending_cap: { amount: '5.00' } });
  const session = await client.sessions.open({ budget: '5.00', agent_id: agent.agent_id });
  const payment = { agent_id: agent.agent_id, service: 'search', amount: '0.10', session_id: session.session_id };
  const hold = await client.payments.authorize({ ...payment, idempotency_key: 'held-by-this-org' });
  const captured = await client.payments.authorize({ ...payment, capture: true });
  const key = await client.keys.issue({ role: 'orchestrator', name: 'second' });
  const wallets = await client.wallets.list();
  const wallet = wallets.wallets.find(({ wallet_id }) => wallet_id.startsWith('wal_'))!.wallet_id;
  const name = `only-of-${organization.org}`;
  const escrow = (await client.wallets.open({ kind: 'escrow', name })).wallet_id;
  await client.agents.create({ handle: 'asked' });
  const asked = await client.paymentRequests.open({ payee: 'shared-handle', payer: 'asked', amount: '0.10' });
  const events = await client.events.page();
  return { ...organization, agent, session, hold, captured, key, wallet, escrow, events, request: asked.request_id };
}

type Furnished = Awaited<ReturnType<typeof furnished>>;

let victim: Furnished;
let attacker: Furnished;
/** One org in the victim's own partition, where both lie in one log, and one elsewhere. */
let attackers: { same_partition: Furnished; elsewhere: Furnished };

beforeAll(async () => {
  victim = await furnished(await world.organizations.open());
  const partition = partitionOf(victim.org);
  attackers = {
    same_partition: await furnished(await world.organizations.open({ partition })),
    elsewhere: await furnished(await world.organizations.open({ partition: (partition + 1) % 64 })),
  };
}, 60_000);

/** All of the victim's events and figures: they must be the same before and after. */
async function stateOf({ client, agent, session }: Furnished): Promise<string> {
  const events = [];
  for await (const event of client.events.each()) events.push(event);
  const state = [await client.agents.get(agent.agent_id), await client.sessions.get(session.session_id)];
  return JSON.stringify([events, state, await client.wallets.list()]);
}

const payment = { service: 'search', amount: '0.01' };

/** An id that only the victim has given a meaning to. */
function escrowOf(of: Furnished): object {
  return { amount: 1, from_wallet_id: attacker.wallet, to_wallet_id: of.escrow };
}

/** Every call with an id of another org in it, and how it is refused. */
const calls: [string, string, (of: Furnished) => string, ((of: Furnished) => object) | undefined, number][] = [
  ['agent, read', 'GET', (of) => `/v1/agents/${of.agent.agent_id}`, undefined, 404],
  ['agent, its spend', 'GET', (of) => `/v1/agents/${of.agent.agent_id}/spend`, undefined, 404],
  ['agent, changed', 'PATCH', (of) => `/v1/agents/${of.agent.agent_id}`, () => ({ spending_cap: null }), 404],
  ['agent, frozen', 'POST', (of) => `/v1/agents/${of.agent.agent_id}/freeze`, () => ({}), 404],
  ['agent, unfrozen', 'POST', (of) => `/v1/agents/${of.agent.agent_id}/unfreeze`, () => ({}), 404],
  ['agent, token rotated', 'POST', (of) => `/v1/agents/${of.agent.agent_id}/rotate-token`, () => ({}), 404],
  ['agent, revoked', 'POST', (of) => `/v1/revocations/${of.agent.revocation_id}`, undefined, 404],
  ['agent, as parent', 'POST', () => '/v1/agents', (of) => ({ handle: 'x', parent_agent_id: of.agent.agent_id }), 404],
  ['agent, as payer', 'POST', () => '/v1/payments', (of) => ({ ...payment, agent_id: of.agent.agent_id }), 404],
  [
    'agent, as payee',
    'POST',
    () => '/v1/payments',
    (of) => ({ agent_id: 'shared-handle', payee: of.agent.agent_id, amount: 1 }),
    404,
  ],
  ['agent, in a session', 'POST', () => '/v1/sessions', (of) => ({ budget: 1, agent_id: of.agent.agent_id }), 404],
  [
    'agent, as participant',
    'POST',
    () => '/v1/sessions',
    (of) => ({ budget: 1, participants: [of.agent.agent_id] }),
    404,
  ],
  ['agent, topped up', 'POST', () => '/v1/topups', (of) => ({ amount: 1, agent_id: of.agent.agent_id }), 404],
  ['session, read', 'GET', (of) => `/v1/sessions/${of.session.session_id}`, undefined, 404],
  ['session, changed', 'PATCH', (of) => `/v1/sessions/${of.session.session_id}`, () => ({ budget: 9 }), 404],
  ['session, closed', 'POST', (of) => `/v1/sessions/${of.session.session_id}/close`, () => ({}), 404],
  [
    'session, as parent',
    'POST',
    () => '/v1/sessions',
    (of) => ({ budget: 1, parent_session_id: of.session.session_id }),
    404,
  ],
  [
    'session, paid in',
    'POST',
    () => '/v1/payments',
    (of) => ({ ...payment, agent_id: 'shared-handle', session_id: of.session.session_id }),
    404,
  ],
  ['session, topped up', 'POST', () => '/v1/topups', (of) => ({ amount: 1, session_id: of.session.session_id }), 404],
  ['payment, read', 'GET', (of) => `/v1/payments/${of.hold.payment_id}`, undefined, 404],
  ['payment, captured', 'POST', (of) => `/v1/payments/${of.hold.payment_id}/capture`, () => ({}), 404],
  ['payment, voided', 'POST', (of) => `/v1/payments/${of.hold.payment_id}/void`, () => ({}), 404],
  ['payment, dispatched', 'POST', (of) => `/v1/payments/${of.hold.payment_id}/dispatch`, () => ({}), 404],
  ['payment, extended', 'POST', (of) => `/v1/payments/${of.hold.payment_id}/extend`, () => ({ expires_in: 9999 }), 404],
  [
    'payment, resolved',
    'POST',
    (of) => `/v1/payments/${of.hold.payment_id}/resolve`,
    () => ({ outcome: 'voided' }),
    404,
  ],
  ['finished payment, read', 'GET', (of) => `/v1/payments/${of.captured.payment_id}`, undefined, 404],
  ['finished payment, refunded', 'POST', (of) => `/v1/payments/${of.captured.payment_id}/refund`, () => ({}), 404],
  ['payment request, read', 'GET', (of) => `/v1/payment-requests/${of.request}`, undefined, 404],
  [
    'payment request, as its payer',
    'GET',
    (of) => `/v1/payment-requests/${of.request}?payee_org=${of.org}`,
    undefined,
    404,
  ],
  ['payment request, paid', 'POST', (of) => `/v1/payment-requests/${of.request}/pay`, () => ({}), 404],
  [
    'payment request, paid as its payer',
    'POST',
    (of) => `/v1/payment-requests/${of.request}/pay`,
    (of) => ({ payee_org: of.org }),
    404,
  ],
  ['payment request, cancelled', 'POST', (of) => `/v1/payment-requests/${of.request}/cancel`, () => ({}), 404],
  ['payment request, declined', 'POST', (of) => `/v1/payment-requests/${of.request}/decline`, () => ({}), 404],
  [
    'payment request, declined as its payer',
    'POST',
    (of) => `/v1/payment-requests/${of.request}/decline`,
    (of) => ({ payee_org: of.org }),
    404,
  ],
  [
    'payment request, by a plain payment',
    'POST',
    () => '/v1/payments',
    (of) => ({ ...payment, agent_id: 'shared-handle', capture: true, request_id: of.request }),
    404,
  ],
  [
    'idempotency key, read',
    'GET',
    () => '/v1/payments?idempotency_key=held-by-this-org-alone&agent=shared-handle',
    undefined,
    404,
  ],
  [
    'idempotency key, of that agent',
    'GET',
    (of) => `/v1/payments?idempotency_key=held-by-this-org&agent=${of.agent.agent_id}`,
    undefined,
    404,
  ],
  ['wallet, topped up', 'POST', () => '/v1/topups', (of) => ({ amount: 1, wallet_id: of.wallet }), 404],
  [
    'wallet, transferred from',
    'POST',
    () => '/v1/transfers',
    (of) => ({ amount: 1, from_wallet_id: of.wallet, to_wallet_id: attacker.wallet }),
    404,
  ],
  [
    'wallet, transferred to',
    'POST',
    () => '/v1/transfers',
    (of) => ({ amount: 1, from_wallet_id: attacker.wallet, to_wallet_id: of.wallet }),
    404,
  ],
  ['escrow, transferred to', 'POST', () => '/v1/transfers', escrowOf, 404],
  ['wallet, of a session', 'POST', () => '/v1/sessions', (of) => ({ budget: 1, wallet_id: of.wallet }), 404],
  ['key, revoked', 'DELETE', (of) => `/v1/keys/${of.key.key_id}`, undefined, 404],
];

describe.each(['same_partition', 'elsewhere'] as const)('F7: an org whose log is %s as the other one', (where) => {
  beforeAll(() => {
    attacker = attackers[where];
  });

  it.each(calls)("the other org's %s is not found, and nothing changes", async (_, method, path, body, status) => {
    const before = [await stateOf(victim), await stateOf(attacker)];
    const call: PlainCall = { token: attacker.token };
    if (body) call.body = body(victim);
    const answer = await world.call(method, path(victim), call);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect([await stateOf(victim), await stateOf(attacker)]).toEqual(before);
  });

  it("its agents' and sessions' tokens find nothing either", async () => {
    const before = await stateOf(victim);
    for (const token of [attacker.agent.token!, attacker.session.session_token!]) {
      for (const [, method, path, body] of calls) {
        const answer = await world.call(method, path(victim), { token, ...(body ? { body: body(victim) } : {}) });
        expect([403, 404]).toContain(answer.status);
      }
    }
    expect(await stateOf(victim)).toBe(before);
  });

  it("the other org's session token beside its own key opens nothing", async () => {
    const headers = { 'bursar-session': victim.session.session_token! };
    const answer = await world.call('POST', '/v1/payments', { token: attacker.token, headers, body: payment });
    expect(answer).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
  });

  it('the same idempotency key is its own, and pays from its own', async () => {
    const before = await stateOf(victim);
    const body = { ...payment, agent_id: 'shared-handle', capture: true, idempotency_key: `of-both-${where}` };
    const own = await world.call('POST', '/v1/payments', { token: victim.token, body: { ...body, amount: '0.02' } });
    const other = await world.call('POST', '/v1/payments', { token: attacker.token, body });
    expect([own.status, other.status]).toEqual([201, 201]);
    expect(other.json['payment_id']).not.toBe(own.json['payment_id']);
    expect(await stateOf(victim)).not.toBe(before);
    expect(await attacker.client.payments.byKey(`of-both-${where}`, 'shared-handle')).toMatchObject({ amount: '0.01' });
  });

  it('lists, events and reports show nothing of the other, whatever they are asked for', async () => {
    const { client } = attacker;
    const ids = [
      victim.org,
      victim.agent.agent_id,
      victim.session.session_id,
      victim.hold.payment_id,
      victim.key.key_id,
      victim.wallet,
      victim.request,
    ];
    const hex = ids.map((id) => id.replace(/^[a-z]+_/, '').slice(0, 32));
    await seenInReports(victim);
    const questions = [
      '/v1/events',
      '/v1/wallets',
      '/v1/payments',
      '/v1/payment-requests',
      '/v1/payment-requests?as=payer',
      `/v1/payment-requests?agent=${victim.agent.agent_id}`,
      `/v1/payments?agent=${victim.agent.agent_id}`,
      `/v1/payments?session_id=${victim.session.session_id}`,
      '/v1/reports/spend?group_by=agent',
      '/v1/reports/spend?group_by=session,service,label',
      '/v1/reports/spend?group_by=counterparty',
      `/v1/reports/spend?group_by=agent&agent=${victim.agent.agent_id}`,
      `/v1/reports/spend?group_by=session&session_id=${victim.session.session_id}`,
    ];
    for (const path of questions) {
      const { status, text } = await world.call('GET', path, { token: attacker.token });
      expect([path, status]).toEqual([path, 200]);
      for (const id of hex) expect(text).not.toContain(id);
    }
    const filtered = await client.reports.spend({ agent: victim.agent.agent_id });
    expect(filtered.total).toMatchObject({ spent: '0', held: '0', payments: 0 });
    const list = await client.payments.list({ session_id: victim.session.session_id });
    expect(list.payments).toEqual([]);
  });

  it("the other's cursors show nothing of the other", async () => {
    await victim.client.payments.authorize({ ...payment, agent_id: 'shared-handle' });
    await seenInReports(victim);
    const cursors = [
      ['/v1/events', (await victim.client.events.page({ limit: 1 })).next_cursor],
      ['/v1/payments', (await victim.client.payments.list({ limit: 1 })).next_cursor],
      ['/v1/wallets', (await victim.client.wallets.list({ limit: 1 })).next_cursor],
    ] as const;
    for (const [path, cursor] of cursors) {
      expect(cursor).not.toBeNull();
      const answer = await world.call('GET', `${path}?cursor=${encodeURIComponent(cursor!)}`, {
        token: attacker.token,
      });
      expect([200, 422]).toContain(answer.status);
      expect(answer.text).not.toContain(victim.org.slice(4));
      expect(answer.text).not.toContain(victim.agent.agent_id.slice(4));
    }
  });
});

async function seenInReports({ client, org }: Furnished): Promise<void> {
  let head = 0;
  for await (const { position } of client.events.each()) head = Number(position.split(':')[1]);
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const [partition, position] = (await client.reports.spend({})).position.split(':').map(Number) as [number, number];
    if (partition === partitionOf(org) && position >= head) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the reports do not follow');
}
