import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

/** Sessions: `above` has `work` and `beside`; `work` has `below`. Agents: `boss` above `worker`; `shop` is paid; `stranger`. */
let world: EndToEnd;
const tokens: Record<string, string> = {};
const sessions: Record<string, string> = {};
const agents: Record<string, string> = {};
/** The name of what was paid → its receipt. */
const receipts: Record<string, string> = {};

beforeAll(async () => {
  world = await EndToEnd.begin();
  const { client, token } = await world.organizations.open();
  tokens['admin'] = token;
  tokens['finance'] = (await client.keys.issue({ role: 'finance', name: 'books' })).token!;
  for (const [handle, parent] of [['boss'], ['worker', 'boss'], ['helper'], ['shop'], ['stranger']] as const) {
    const cap = handle === 'worker' ? { spending_cap: { amount: '5' } } : {};
    const made = await client.agents.create({ handle, ...cap, ...(parent ? { parent_agent_id: agents[parent] } : {}) });
    agents[handle] = made.agent_id;
    tokens[handle] = made.token!;
  }
  const open = async (name: string, fields: object) => {
    const made = await client.sessions.open({ budget: 3, agent_id: 'worker', participants: ['helper'], ...fields });
    sessions[name] = made.session_id;
    tokens[name] = made.session_token!;
  };
  await open('above', {});
  await open('work', { parent_session_id: sessions['above'], budget: 2 });
  await open('beside', { parent_session_id: sessions['above'], budget: 2 });
  await open('below', { parent_session_id: sessions['work'], budget: 1 });
  const pay = async (name: string, fields: object) => {
    const request = { agent_id: 'worker', payee: 'shop', amount: '0.10', capture: true, ...fields };
    const answer = await client.payments.authorize(request, { declines: 'return' });
    receipts[name] = answer.payment_id!.replace('pay_', 'rcpt_');
  };
  for (const name of ['above', 'work', 'beside', 'below']) await pay(`in ${name}`, { session_id: sessions[name] });
  await pay('helped in below', { agent_id: 'helper', session_id: sessions['below'] });
  await pay('declined in below', { session_id: sessions['below'], amount: '1.50' });
  await pay('outside', {});
  await pay('of a stranger', { agent_id: 'stranger', payee: 'helper' });
  const wanted = Object.keys(receipts).length;
  for (let turn = 0; turn < 100 && (await listed(token)).length < wanted; turn++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await listed(token)).toHaveLength(wanted);
}, 120_000);
afterAll(() => world?.end());

const nameOf = (receipt: string) => Object.keys(receipts).find((name) => receipts[name] === receipt) ?? receipt;
const besideSession = (session: string) => ({ headers: { 'bursar-session': tokens[session]! } });

async function listed(token: string, query = '', of = 'receipts', call: object = {}): Promise<string[]> {
  const { status, json } = await world.call('GET', `/v1/${of}?limit=200${query}`, { token, ...call });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)}`);
  return (json[of] as { receipt_id: string }[]).map(({ receipt_id }) => nameOf(receipt_id)).sort();
}

async function readable(token: string): Promise<string[]> {
  const names: string[] = [];
  for (const [name, receipt] of Object.entries(receipts)) {
    const asReceipt = await world.call('GET', `/v1/receipts/${receipt}`, { token });
    const asPayment = await world.call('GET', `/v1/payments/${receipt.replace('rcpt_', 'pay_')}`, { token });
    expect([name, asReceipt.status]).toEqual([name, asPayment.status]);
    if (asReceipt.status === 200) names.push(name);
    else expect([asReceipt.status, asReceipt.json['code']]).toEqual([404, 'receipt_not_found']);
  }
  return names.sort();
}

const all = () => Object.keys(receipts).sort();
const below = ['declined in below', 'helped in below', 'in below'];
const ofWorker = ['declined in below', 'in above', 'in below', 'in beside', 'in work', 'outside'];

describe('Who sees which payments and receipts', () => {
  it.each<[string, string[] | 'all', string[] | 'all']>([
    ['admin', 'all', 'all'],
    ['finance', 'all', 'all'],
    ['above', [...below, 'in above', 'in beside', 'in work'], [...below, 'in above', 'in beside', 'in work']],
    ['work', [...below, 'in work'], [...below, 'in work']],
    ['below', below, below],
    ['beside', ['in beside'], ['in beside']],
    ['worker', ofWorker, ofWorker],
    ['boss', [], ofWorker],
    ['helper', ['helped in below'], ['helped in below', 'of a stranger']],
    ['shop', [], ['helped in below', 'in above', 'in below', 'in beside', 'in work', 'outside']],
    ['stranger', ['of a stranger'], ['of a stranger']],
  ])('F7 D10: with the token of %s are listed %j and read %j', async (who, lists, reads) => {
    const token = tokens[who]!;
    expect(await listed(token)).toEqual(lists === 'all' ? all() : lists.toSorted());
    expect(await listed(token, '', 'payments')).toEqual(lists === 'all' ? all() : lists.toSorted());
    expect(await readable(token)).toEqual(reads === 'all' ? all() : reads.toSorted());
  });

  it('F7: a session’s token beside another credential narrows the list to what both see', async () => {
    expect(await listed(tokens['worker']!, '', 'receipts', besideSession('below'))).toEqual([
      'declined in below',
      'in below',
    ]);
    expect(await listed(tokens['admin']!, '', 'receipts', besideSession('work'))).toEqual([...below, 'in work'].sort());
    expect(await listed(tokens['stranger']!, '', 'receipts', besideSession('work'))).toEqual([]);
  });

  it('F7: filters choose among what a session’s token sees; a session that it does not see is not there', async () => {
    const token = tokens['work']!;
    expect(await listed(token, `&session_id=${sessions['below']}`)).toEqual(below);
    expect(await listed(token, `&session_id=${sessions['work']}`)).toEqual(['in work']);
    expect(await listed(token, '&agent=helper')).toEqual(['helped in below']);
    expect(await listed(token, '&agent=stranger')).toEqual([]);
    expect(await listed(token, '&status=declined', 'payments')).toEqual(['declined in below']);
    const foreign = await world.organizations.open();
    const theirs = await foreign.client.sessions.open({ budget: 1 });
    for (const hidden of [sessions['above']!, sessions['beside']!, theirs.session_id, `ses_${'0'.repeat(32)}`]) {
      const answer = await world.call('GET', `/v1/receipts?session_id=${hidden}`, { token });
      expect([answer.status, answer.json['code']]).toEqual([404, 'session_not_found']);
    }
    await expect(listed(theirs.session_token!)).resolves.toEqual([]);
  });

  it('F1: a token that was made up, or revoked beside a good one, lists nothing', async () => {
    const forged = `${tokens['work']!.slice(0, -4)}AAAA`;
    const revoked = await world.client(tokens['admin']!).agents.create({ handle: 'revoked' });
    await world.client(tokens['admin']!).agents.revoke(revoked.revocation_id!);
    for (const call of [
      { token: forged },
      { token: tokens['admin']!, headers: { 'bursar-session': forged } },
      { token: revoked.token!, ...besideSession('work') },
    ])
      expect(await world.call('GET', '/v1/receipts', call)).toMatchObject({
        status: 401,
        json: { code: 'credential_invalid' },
      });
  });

  it('F5: a closed session’s token still reads and lists what was paid there', async () => {
    const { client } = await ownOrganization();
    const session = await client.sessions.open({ budget: 1, agent_id: 'payer' });
    await client.payments.pay({ payee: 'payee', amount: '0.1', session_id: session.session_id });
    await client.sessions.close(session.session_id);
    const list = () => world.client(session.session_token!).receipts.list();
    for (let turn = 0; turn < 100 && (await list()).receipts.length === 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await list()).receipts).toHaveLength(1);
  });
});

async function ownOrganization() {
  const { client, token } = await world.organizations.open();
  const payer = await client.agents.create({ handle: 'payer', spending_cap: { amount: '1' } });
  const payee = await client.agents.create({ handle: 'payee' });
  return { client, token, payer: payer.token!, payee: payee.token! };
}

describe('Who is paid', () => {
  it('D10: learns nothing of its payer’s limits: neither from a refusal nor from what waits for an approval', async () => {
    const { client, token, payer, payee } = await ownOrganization();
    const pays = { agent_id: 'payer', payee: 'payee', capture: true };
    const declined = await client.payments.authorize({ ...pays, amount: '1.25' }, { declines: 'return' });
    expect(declined.status).toBe('declined');
    await client.agents.patch('payer', { approval_above: { amount: '0.37' } });
    const waits = await client.payments.authorize({ ...pays, amount: '0.40' });
    expect(waits.status).toBe('pending_approval');
    await client.agents.patch('payer', { spending_cap: { amount: '0.11' } });
    await expect(client.approvals.approve(waits.approval_id!)).rejects.toMatchObject({ status: 402 });

    const paths = [
      `/v1/payments/${declined.payment_id}`,
      `/v1/receipts/${declined.payment_id!.replace('pay_', 'rcpt_')}`,
      `/v1/payments/${declined.payment_id}/explanation`,
      `/v1/payments/${waits.payment_id}`,
      `/v1/receipts/${waits.receipt_id}`,
      `/v1/approvals/${waits.approval_id}`,
      '/v1/events?limit=200',
    ];
    const asked = async (by: string) => Promise.all(paths.map((path) => world.call('GET', path, { token: by })));
    const figures = /"(?:1|0\.37|0\.11|1000000|370000|110000)"/;
    for (const answer of await asked(payee)) expect(answer.text).not.toMatch(figures);
    expect((await asked(payee)).map(({ status }) => status)).toEqual([404, 404, 404, 200, 200, 404, 200]);
    for (const reader of [payer, token]) {
      const answers = await asked(reader);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200]);
      for (const { text } of answers) expect(text).toMatch(figures);
    }
    // It is told what it is paid, from when on it is.
    await client.agents.patch('payer', { spending_cap: { amount: '0.60' } });
    await client.approvals.approve(waits.approval_id!);
    expect((await world.call('GET', `/v1/receipts/${waits.receipt_id}`, { token: payee })).json).toMatchObject({
      status: 'captured',
      amount_captured: '0.4',
      refusals: [],
    });
    expect((await world.call('GET', `/v1/receipts/${waits.receipt_id}`, { token: payer })).json).toMatchObject({
      refusals: [{ type: 'payment.approval_refused', decline: { limit: '0.11' } }],
    });
  });
});
