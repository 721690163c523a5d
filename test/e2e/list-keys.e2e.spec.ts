import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenHash } from '#security';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('The keys of an organization', () => {
  it('F4: are listed for administrators in pages, revoked ones too, and never with token or hash', async () => {
    const { client, token, key_id } = await world.organizations.open();
    const issued = [];
    for (const role of ['operator', 'orchestrator', 'finance', 'admin'] as const)
      issued.push(await client.keys.issue({ role, name: `for ${role}` }));
    await client.keys.revoke(issued[1]!.key_id);

    const listed = [];
    for await (const key of client.keys.each({ limit: 2 })) listed.push(key);
    const expected = [
      { key_id, role: 'admin', name: 'first admin key', revoked: false },
      ...issued.map(({ key_id: id, role, name }, index) => ({ key_id: id, role, name, revoked: index === 1 })),
    ];
    expect(listed).toEqual(expected.toSorted((left, right) => (left.key_id < right.key_id ? -1 : 1)));
    expect((await client.keys.list({ limit: 2 })).keys).toHaveLength(2);

    const { text } = await world.call('GET', '/v1/keys', { token });
    for (const secret of [token, ...issued.map((key) => key.token!)]) {
      expect(text).not.toContain(secret.split('.').at(-1));
      expect(text).not.toContain(tokenHash(secret));
    }
  });

  it('F4 F7: are listed for no other role, no agent, and no other organization', async () => {
    const { client } = await world.organizations.open();
    const stranger = await world.organizations.open();
    const agent = await client.agents.create({ handle: 'worker' });
    const finance = await client.keys.issue({ role: 'finance', name: 'reads' });
    const operator = await client.keys.issue({ role: 'operator', name: 'operates' });
    for (const token of [agent.token!, finance.token!, operator.token!]) {
      const answer = await world.call('GET', '/v1/keys', { token });
      expect([answer.status, answer.json['code']]).toEqual([403, 'role_not_allowed']);
    }
    expect((await stranger.client.keys.list()).keys).toEqual([expect.objectContaining({ key_id: stranger.key_id })]);
    await client.keys.revoke(operator.key_id);
    expect((await world.call('GET', '/v1/keys', { token: operator.token! })).status).toBe(401);
  });
});
