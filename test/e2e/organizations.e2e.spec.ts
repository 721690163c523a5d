import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import { platformKeyOf } from '../support/instance.js';

let world: EndToEnd;
let platform: BursarClient;
let platformKey: string;
beforeAll(async () => {
  world = await EndToEnd.begin();
  platformKey = platformKeyOf(world.instance);
  platform = world.client(platformKey);
}, 120_000);
afterAll(() => world?.end());

describe('Organizations, opened with the platform key', () => {
  it('F7: given a new one, then its admin key works, its money is its own, and it sees nothing of another', async () => {
    const acme = await platform.organizations.open({ name: 'Acme', initial_credits: '5' });
    const other = await platform.organizations.open({ name: 'Other' });
    const client = world.client(acme.admin_key.token!);
    expect(await client.organization.get()).toMatchObject({ org_id: acme.org_id, name: 'Acme' });
    expect(await treasuryOf(client)).toBe('5');
    await client.agents.create({ handle: 'worker' });
    await client.agents.create({ handle: 'payee' });
    await client.payments.authorize({ agent_id: 'worker', payee: 'payee', amount: '5', capture: true });
    const stranger = world.client(other.admin_key.token!);
    expect(await treasuryOf(stranger)).toBeUndefined();
    await expect(stranger.agents.get('worker')).rejects.toMatchObject({ code: 'agent_not_found' });
  });

  it('C1 F4: given the same key again, then it is the same organization, once, and its token is not shown again', async () => {
    const request = { name: 'Once', initial_credits: 7 };
    const options = { idempotency_key: `open-${Date.now()}` };
    const answers = await Promise.all(Array.from({ length: 20 }, () => platform.organizations.open(request, options)));
    expect(new Set(answers.map((answer) => answer.org_id)).size).toBe(1);
    const tokens = answers.flatMap(({ admin_key }) => (admin_key.token === undefined ? [] : [admin_key.token]));
    expect(tokens).toHaveLength(1);
    expect(await treasuryOf(world.client(tokens[0]!))).toBe('7');
    await expect(platform.organizations.open({ ...request, initial_credits: 8 }, options)).rejects.toMatchObject({
      code: 'idempotency_key_conflict',
    });
  });

  it('F7: given any other credential, then nothing is opened and no key issued', async () => {
    const { token, org, client } = await world.organizations.open();
    const agent = await client.agents.create({ handle: 'worker' });
    for (const given of [token, agent.token!, world.instance.adminKey, `${platformKey}x`, 'nothing']) {
      const opened = await world.call('POST', '/v1/organizations', { token: given, body: { name: 'Mine' } });
      expect([opened.status, opened.json['code']]).toEqual([401, 'credential_invalid']);
      const path = `/v1/organizations/${org}/admin-keys`;
      const issued = await world.call('POST', path, { token: given, body: { name: 'mine' } });
      expect([issued.status, issued.json['code']]).toEqual([401, 'credential_invalid']);
    }
    expect((await world.call('GET', '/v1/org', { token: platformKey })).status).toBe(401);
  });

  it('F4: given an org whose admin keys are lost, then another lets back in, and only there', async () => {
    const { org } = await world.organizations.open();
    const key = await platform.organizations.issueAdminKey(org, { name: 'way back in' });
    expect(await world.client(key.token!).organization.get()).toMatchObject({ org_id: org });
    const nowhere = `org_${'f'.repeat(32)}`;
    await expect(platform.organizations.issueAdminKey(nowhere, { name: 'a' })).rejects.toMatchObject({
      code: 'organization_unknown',
    });
  });
});

async function treasuryOf(client: BursarClient): Promise<string | undefined> {
  const { wallets } = await client.wallets.list();
  return wallets.find(({ kind }) => kind === 'treasury')?.available;
}
