import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { whoamiSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function whoami(token: string, headers: Record<string, string> = {}) {
  const { status, json, text } = await world.call('GET', '/v1/whoami', { token, headers });
  expect(text).not.toContain(token.split('.').at(-1));
  return status === 200 ? whoamiSchema.parse(json) : { status, code: json['code'] };
}

describe('GET /v1/whoami', () => {
  it('F4: says of a key its org and role, of an agent and of a session what is left, and repeats no secret', async () => {
    const { client, token, org, key_id } = await world.organizations.open();
    expect(await whoami(token)).toEqual({
      kind: 'key',
      id: key_id,
      org_id: org,
      role: 'admin',
      agent: null,
      session: null,
    });
    const finance = await client.keys.issue({ role: 'finance', name: 'books' });
    expect(await whoami(finance.token!)).toMatchObject({ kind: 'key', id: finance.key_id, role: 'finance' });

    const worker = await client.agents.create({ handle: 'worker', spending_cap: { amount: '5.00' } });
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    await client.sessions.open({ budget: '0.50', parent_session_id: session.session_id });
    await client.payments.pay({ service: 'search', amount: '0.25', session_id: session.session_id });
    const agent = { agent_id: worker.agent_id, handle: 'worker', spent_usd: 0.25, remaining_usd: 4.75 };
    const spent = { session_id: session.session_id, spent: 0.25, remaining: 0.75 };
    expect(await whoami(worker.token!)).toMatchObject({ kind: 'agent', id: worker.agent_id, agent, session: null });
    const narrowed = await whoami(worker.token!, { 'bursar-session': session.session_token! });
    expect(narrowed).toMatchObject({ kind: 'agent', id: worker.agent_id, agent, session: spent });
    const asSession = await whoami(session.session_token!);
    expect(asSession).toMatchObject({ kind: 'session', id: session.session_id, agent, session: spent });
    expect((asSession as { session: object }).session).not.toHaveProperty('children');
  });

  it('F1: a credential that was revoked is nobody, at once', async () => {
    const { client } = await world.organizations.open();
    const worker = await client.agents.create({ handle: 'worker' });
    const key = await client.keys.issue({ role: 'operator', name: 'ops' });
    await client.agents.revoke(worker.revocation_id!);
    await client.keys.revoke(key.key_id);
    for (const token of [worker.token!, key.token!])
      expect(await whoami(token)).toEqual({ status: 401, code: 'credential_invalid' });
  });
});
