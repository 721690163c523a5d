import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import type { Organization } from '../support/organizations.js';

let world: EndToEnd;
let organization: Organization;
let client: BursarClient;
let agent_id: string;

beforeAll(async () => {
  world = await EndToEnd.begin();
  organization = await world.organizations.open();
  client = organization.client;
  ({ agent_id } = await client.agents.create({ handle: 'worker', spending_cap: { amount: '5.00' } }));
}, 120_000);
afterAll(() => world?.end());

const payment = (memo: string, idempotency_key: string) => ({
  agent_id,
  service: 'search',
  amount: '0.01',
  capture: true,
  memo,
  idempotency_key,
});

/** Notes of intents are written a moment after the answer. */
async function memoOf(paymentId: string): Promise<string | null> {
  for (let tries = 0; tries < 50; tries++) {
    const { memo } = await client.payments.get(paymentId);
    if (memo !== null) return memo;
    await delay(100);
  }
  return null;
}

/** Everything that the log says of the org. */
async function wholeLog(): Promise<string> {
  let text = '';
  for await (const event of client.events.each({})) text += JSON.stringify(event);
  return text;
}

describe('Memos and descriptions', () => {
  it('D20: are shown to their readers over HTTP and bus, and the log has nothing of them but salted hashes', async () => {
    const bus = await world.bus(organization.token);
    const rest = await client.payments.authorize(payment('Jane Doe, invoice 17', 'rest'));
    // Whoever has the answer finds the memo at once.
    expect((await client.payments.get(rest.payment_id)).memo).toBe('Jane Doe, invoice 17');
    expect((await client.payments.byKey('rest', agent_id)).memo).toBe('Jane Doe, invoice 17');

    const intents = await bus.publishMany(
      Array.from({ length: 300 }, (_, index) => payment(`Memo ${index} 😀`, `bus-${index}`)),
    );
    const ids = intents.map((each) => (each.status === 'fulfilled' ? each.value.payment_id! : ''));
    expect(await memoOf(ids[0]!)).toBe('Memo 0 😀');
    expect(await memoOf(ids[299]!)).toBe('Memo 299 😀');

    const session = await client.sessions.open({ budget: '1', description: 'For Jane Doe' });
    const child = await client.sessions.open({
      budget: '1',
      description: 'Her invoices',
      parent_session_id: session.session_id,
    });
    expect(await client.sessions.get(session.session_id)).toMatchObject({
      description: 'For Jane Doe',
      children: [{ session_id: child.session_id, description: 'Her invoices' }],
    });

    const log = await wholeLog();
    expect(log.match(/"memo_hash":"[\w-]{43}"/g)).toHaveLength(301);
    expect(log.match(/"description_hash":"[\w-]{43}"/g)).toHaveLength(2);
    for (const text of ['Jane', 'Memo', 'invoice']) expect(log).not.toContain(text);
  });

  it('C1: of a repeated key stay the first ones, whatever text comes again and whichever way it comes', async () => {
    const bus = await world.bus(organization.token);
    const first = await client.payments.authorize(payment('first', 'again'));
    await client.payments.authorize(payment('second', 'again'));
    await bus.publish(payment('third', 'again'));
    const overBus = await bus.publish(payment('bus first', 'again on the bus'));
    expect(await memoOf(overBus.payment_id!)).toBe('bus first');
    await client.payments.authorize(payment('rest second', 'again on the bus'));
    await delay(300);
    expect((await client.payments.get(first.payment_id)).memo).toBe('first');
    expect((await client.payments.get(overBus.payment_id!)).memo).toBe('bus first');
  });

  it('D20: of recorded refusals are kept too, and a payment without one has none', async () => {
    const declined = await client.payments.authorize(
      { ...payment('too dear', 'declined'), amount: '50' },
      { declines: 'return' },
    );
    expect(declined).toMatchObject({ status: 'declined' });
    expect((await client.payments.get(declined.payment_id!)).memo).toBe('too dear');
    const { memo: _none, ...plain } = payment('', 'plain');
    expect((await client.payments.get((await client.payments.authorize(plain)).payment_id)).memo).toBeNull();
  });

  it('F7: are for those only who may see what they belong to', async () => {
    const stranger = await world.organizations.open();
    const { payment_id } = await client.payments.authorize(payment('ours', 'ours'));
    const { session_id } = await client.sessions.open({ budget: '1', description: 'ours' });
    for (const path of [`/v1/payments/${payment_id}`, `/v1/sessions/${session_id}`]) {
      const answer = await world.call('GET', path, { token: stranger.token });
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('ours');
    }
  });
});
