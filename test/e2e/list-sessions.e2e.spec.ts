import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarClient, SessionsQuery } from '#client';
import { sessionsAnswerSchema } from '#contracts';
import { tokenHash } from '#security';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function idsOf(client: BursarClient, query: SessionsQuery = {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { session_id } of client.sessions.each(query)) ids.push(session_id);
  return ids;
}

describe('GET /v1/sessions', () => {
  it('H1 H2 F4: walks all sessions once in small pages while others are opened, and shows no secret', async () => {
    const { client, token } = await world.organizations.open();
    const opened: string[] = [];
    const secrets: string[] = [];
    for (let number = 0; number < 7; number += 1) {
      const session = await client.sessions.open({ budget: 1, description: `work ${number}` });
      opened.push(session.session_id);
      secrets.push(session.session_token!);
    }
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = sessionsAnswerSchema.parse(await client.sessions.list({ limit: 2, cursor }));
      expect(page.sessions.length).toBeLessThanOrEqual(2);
      walked.push(...(page.sessions as { session_id: string }[]).map(({ session_id }) => session_id));
      cursor = page.next_cursor ?? undefined;
      if (walked.length === 4) await client.sessions.open({ budget: 1 });
    } while (cursor !== undefined);
    expect(walked.slice(0, 7)).toEqual(opened.toSorted());
    expect(new Set(walked).size).toBe(walked.length);
    const { text } = await world.call('GET', '/v1/sessions', { token });
    expect(text).toContain('"description":"work 3"');
    for (const secret of secrets) {
      expect(text).not.toContain(secret.split('.').at(-1));
      expect(text).not.toContain(tokenHash(secret));
    }
  });

  it('D11: gives the topmost ones, or those directly below one, by their status and with what is left now', async () => {
    const { client } = await world.organizations.open();
    await client.agents.create({ handle: 'worker' });
    const { session_id: root } = await client.sessions.open({ budget: 1, agent_id: 'worker' });
    const below = async (parent_session_id: string) =>
      (await client.sessions.open({ budget: 1, parent_session_id })).session_id;
    const [left, right] = [await below(root), await below(root)];
    const leaf = await below(left);
    const { session_id: done } = await client.sessions.open({ budget: 1 });
    await client.sessions.close(done);
    await client.payments.pay({ service: 'search', amount: '0.25', session_id: leaf, agent_id: 'worker' });

    expect(await idsOf(client)).toEqual([root, done].toSorted());
    expect(await idsOf(client, { parent: root })).toEqual([left, right].toSorted());
    expect(await idsOf(client, { parent: left })).toEqual([leaf]);
    expect(await idsOf(client, { parent: leaf })).toEqual([]);
    expect(await idsOf(client, { status: 'open' })).toEqual([root]);
    expect(await idsOf(client, { status: 'closed' })).toEqual([done]);
    const { sessions } = await client.sessions.list({ status: 'open' });
    expect(sessions).toMatchObject([{ session_id: root, spent: 0.25, remaining: 0.75 }]);
    expect(sessions[0]).not.toHaveProperty('children');
    await expect(client.sessions.list({ parent: 'ses_none' })).rejects.toMatchObject({ code: 'session_not_found' });
  });

  it('F7 D10: shows an agent and a session’s token what is open to them, and another org nothing', async () => {
    const { client } = await world.organizations.open();
    const stranger = await world.organizations.open();
    const worker = await client.agents.create({ handle: 'worker' });
    const { session_id: hidden } = await client.sessions.open({ budget: 1 });
    const inside = await client.sessions.open({ budget: 1, parent_session_id: hidden, participants: ['worker'] });
    const deeper = await client.sessions.open({ budget: 1, parent_session_id: inside.session_id });
    for (const token of [worker.token!, inside.session_token!]) {
      const seen = world.client(token);
      expect(await idsOf(seen)).toEqual([inside.session_id]);
      expect(await idsOf(seen, { parent: inside.session_id })).toEqual([deeper.session_id]);
      await expect(seen.sessions.list({ parent: hidden })).rejects.toMatchObject({ code: 'session_not_found' });
    }
    expect(await idsOf(stranger.client)).toEqual([]);
    await expect(stranger.client.sessions.list({ parent: hidden })).rejects.toMatchObject({
      code: 'session_not_found',
    });
  });
});
