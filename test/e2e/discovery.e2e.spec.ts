import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { discoveryListSchema, discoverySearchSchema, problemSchema } from '#contracts';
import { aMoment, declarationOf, declaredBody, itemsOf, type Listed } from '../support/discovery.js';
import { EndToEnd } from '../support/end-to-end.js';
import { eventually } from '../support/eventually.js';
import { moneyOf, openMarket } from '../support/market.js';
import { bodyV1, challengeV1, challengeV2, requirementsV1 } from '../support/x402.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const list = (token: string, query: Record<string, string> = {}) => {
  const text = new URLSearchParams(query).toString();
  return world.call('GET', `/x402/discovery/resources?${text}`, { token });
};
const search = (token: string, query: Record<string, string>) =>
  world.call('GET', `/x402/discovery/search?${new URLSearchParams(query).toString()}`, { token });

/** A market whose seller is named so that agents of every org can pay him. */
async function openBazaar() {
  const market = await openMarket(world);
  const payTo = `${market.org}/seller`;
  const token = async (fields: object = {}, url = 'https://seller.example/page'): Promise<string> => {
    const answer = await market.x402.resolve(market.buyer.token, challengeV2(fields, { resource: { url } }));
    if (answer.status !== 200) throw new Error(answer.text);
    return String(answer.json['payment_token']);
  };
  /** One payment for a resource, from the challenge to its settlement. */
  const sell = async (url: string, fields: object = {}, bazaar: unknown = declarationOf(), more: object = {}) => {
    const terms = { payTo, ...fields };
    const body = declaredBody(await token(terms, url), terms, { url, ...more }, bazaar);
    const settled = await market.x402.settle(market.seller.token, body);
    expect(settled.json).toMatchObject({ success: true });
  };
  const listed = async (bearer = market.admin, terms = payTo) =>
    itemsOf(await list(bearer, { payTo: terms, limit: '100' }));
  return { market, payTo, token, sell, listed };
}

const has = (count: number) => (items: Listed[]) => items.length === count;

describe('A resource that was paid for', () => {
  it('C4 D10: is listed once its payment has settled and never by verifying, and shows nothing of who paid', async () => {
    const { market, payTo, token, listed } = await openBazaar();
    const url = 'https://seller.example/weather?city=secret';
    const about = { url, description: 'Weather of a city', mimeType: 'application/json', tags: ['weather'] };
    const body = declaredBody(await token({ payTo }, url), { payTo }, about);
    expect((await market.x402.verify(market.seller.token, body)).json).toMatchObject({ isValid: true });
    await aMoment();
    expect(await listed()).toEqual([]);
    const started = Date.now();
    expect((await market.x402.settle(market.seller.token, body)).json).toMatchObject({ success: true });
    const items = await eventually(() => listed(), has(1));
    expect(items).toEqual([
      {
        resource: 'https://seller.example/weather',
        type: 'http',
        x402Version: 2,
        accepts: [
          { scheme: 'exact', network: 'ledger:main', amount: '50000', asset: 'USD', payTo, maxTimeoutSeconds: 600 },
        ],
        lastUpdated: expect.any(String),
        description: 'Weather of a city',
        mimeType: 'application/json',
        tags: ['weather'],
        extensions: { bazaar: declarationOf() },
      },
    ]);
    expect(Math.abs(Date.parse(items[0]!.lastUpdated) - started)).toBeLessThan(10_000);
    const text = JSON.stringify(items);
    for (const secret of ['secret', market.buyer.agent_id, 'buyer']) expect(text).not.toContain(secret);
  });

  it('H4: a declaration that is none never makes a settlement fail, and is not listed', async () => {
    const { market, sell, listed } = await openBazaar();
    const wrong = [7, 'all', null, [], {}, { info: {} }, { ...declarationOf(), schema: { type: 'nothing' } }];
    for (const [index, bazaar] of wrong.entries()) await sell(`https://seller.example/${index}`, {}, bazaar);
    await sell('https://seller.example/large', {}, declarationOf({ text: 'x'.repeat(9_000) }));
    await sell('ftp://seller.example/files');
    await sell('https://seller.example/right');
    expect((await eventually(() => listed(), has(1)))[0]!.resource).toBe('https://seller.example/right');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.5 });
  });

  it('C8: twenty settlements at once for one resource are one listing, and twenty resources are twenty', async () => {
    const { market, payTo, token, listed } = await openBazaar();
    const url = 'https://seller.example/hot';
    const tokens = await Promise.all(Array.from({ length: 20 }, () => token({ payTo }, url)));
    const settle = (one: string, of: string) =>
      market.x402.settle(market.seller.token, declaredBody(one, { payTo }, { url: of }));
    const answers = await Promise.all(tokens.map((one) => settle(one, url)));
    expect(answers.map(({ json }) => json['success'])).toEqual(Array.from({ length: 20 }, () => true));
    await eventually(() => listed(), has(1));
    const urls = Array.from({ length: 20 }, (_, turn) => `https://seller.example/r${turn}`);
    await Promise.all(urls.map(async (one) => settle(await token({ payTo }, one), one)));
    await eventually(() => listed(), has(21));
    await aMoment();
    expect((await list(market.admin, { payTo })).json).toMatchObject({ pagination: { total: 21 } });
  });

  it('A6: is listed whichever door settled: v1, the bus, and escrow when it is captured', async () => {
    const { market, payTo, listed, token } = await openBazaar();
    const v1 = { payTo, resource: 'https://seller.example/v1' };
    const outputSchema = { input: { type: 'http', method: 'GET', discoverable: true }, output: { celsius: 'number' } };
    const resolved = await market.x402.resolve(market.buyer.token, challengeV1(v1));
    const { paymentPayload } = bodyV1(resolved.json['payment_token']);
    const bodyOfV1 = { x402Version: 1, paymentPayload, paymentRequirements: requirementsV1({ ...v1, outputSchema }) };
    expect((await market.x402.settle(market.seller.token, bodyOfV1)).json).toMatchObject({ success: true });

    const bus = await world.bus(market.seller.token, { answer_timeout_ms: 60_000 });
    const atBus = 'https://seller.example/bus';
    const envelope = declaredBody(await token({ payTo }, atBus), { payTo }, { url: atBus });
    const answered = await bus.publishEnvelope({ call: 'x402.settle', body: envelope });
    expect(answered).toMatchObject({ outcome: 'ok', answer: { success: true } });

    const atEscrow = 'https://seller.example/escrow';
    const escrow = { payTo, extra: { paymentFlow: 'escrow' } };
    const firm = declaredBody(await token(escrow, atEscrow), escrow, { url: atEscrow });
    const step = (type: string) => {
      const payload = { ...firm.paymentPayload, payload: { ...firm.paymentPayload.payload, type } };
      return market.x402.settle(market.seller.token, { ...firm, paymentPayload: payload });
    };
    expect((await step('authorize')).json).toMatchObject({ success: true });
    const before = await eventually(() => listed(), has(2));
    expect(before.map(({ resource, x402Version }) => `${x402Version} ${resource}`).toSorted()).toEqual([
      '1 https://seller.example/v1',
      `2 ${atBus}`,
    ]);
    expect((await step('capture')).json).toMatchObject({ success: true });
    const after = await eventually(() => listed(), has(3));
    expect(after.at(-1)).toMatchObject({ resource: atEscrow, accepts: [{ extra: { paymentFlow: 'escrow' } }] });
    for (const item of after)
      expect(item).toMatchObject({ extensions: { bazaar: { info: { input: { method: 'GET' } } } } });
  });
});

describe('Who sees what', () => {
  it('F7: others see what they can pay, until the org takes no payments of others; it itself sees all', async () => {
    const { market, payTo, sell, listed } = await openBazaar();
    const other = await openMarket(world);
    await sell('https://seller.example/open');
    // A handle alone is nobody in another org.
    await sell('https://seller.example/inside', { payTo: 'seller' });
    await eventually(() => listed(market.admin, 'seller'), has(1));
    const seen = await eventually(() => listed(other.buyer.token), has(1));
    expect(seen[0]!.resource).toBe('https://seller.example/open');
    const everything = itemsOf(await list(other.admin, { limit: '100', payTo: 'seller' }));
    expect(everything.map(({ resource }) => resource)).not.toContain('https://seller.example/inside');
    expect(itemsOf(await search(other.admin, { query: 'seller example inside', payTo: 'seller' }))).toEqual([]);

    await world.call('PATCH', '/v1/org', { token: market.admin, body: { accept_foreign_payments: false } });
    const closed = await list(other.admin, { payTo });
    expect([itemsOf(closed), closed.json['pagination']]).toEqual([[], { limit: 20, offset: 0, total: 0 }]);
    expect(itemsOf(await search(other.admin, { query: 'open', payTo }))).toEqual([]);
    expect(await listed()).toHaveLength(1);
    expect(await listed(market.buyer.token)).toHaveLength(1);
    await sell('https://seller.example/closed');
    await eventually(() => listed(), has(2));
    expect(await listed(other.admin)).toEqual([]);

    await world.call('PATCH', '/v1/org', { token: market.admin, body: { accept_foreign_payments: true } });
    await sell('https://seller.example/again');
    expect((await eventually(() => listed(other.admin), has(1)))[0]!.resource).toBe('https://seller.example/again');
  });

  it('F1 F7: nobody without a good credential, and not with one that was revoked', async () => {
    const { market, sell, listed } = await openBazaar();
    await sell('https://seller.example/open');
    await eventually(() => listed(), has(1));
    const finance = (await market.client.keys.issue({ role: 'finance', name: 'f' })).token!;
    expect(await listed(finance)).toHaveLength(1);
    for (const path of ['/x402/discovery/resources', '/x402/discovery/search?query=open'])
      expect(problemSchema.parse((await world.call('GET', path)).json)).toMatchObject({
        status: 401,
        code: 'credential_missing',
      });
    await world.call('POST', `/v1/revocations/${market.buyer.revocation_id}`, { token: market.admin, body: {} });
    for (const answer of [await list(market.buyer.token), await search(market.buyer.token, { query: 'open' })])
      expect(problemSchema.parse(answer.json)).toMatchObject({ status: 401, code: 'credential_invalid' });
  });
});

describe('Looking for a resource', () => {
  it('H1 H2 A10: pages, filters and words find each resource once', async () => {
    const { market, payTo, sell, token } = await openBazaar();
    const paths = ['rain', 'snow', 'wind', 'hail', 'fog'];
    for (const path of paths)
      await sell(`https://seller.example/${path}`, {}, declarationOf(), { description: `Forecasts of ${path}` });
    await eventually(
      () => list(market.admin, { payTo }),
      (answer) => itemsOf(answer).length === 5,
    );
    const upto = { payTo, scheme: 'upto' };
    const url = 'https://seller.example/metered';
    await market.x402.settle(market.seller.token, declaredBody(await token(upto, url), upto, { url }));
    await eventually(
      () => list(market.admin, { payTo }),
      (answer) => itemsOf(answer).length === 6,
    );

    const walked: string[] = [];
    for (let offset = 0; offset < 6; offset += 4) {
      const page = await list(market.admin, { payTo, limit: '4', offset: String(offset) });
      expect(discoveryListSchema.parse(page.json).pagination).toEqual({ limit: 4, offset, total: 6 });
      walked.push(...itemsOf(page).map(({ resource }) => resource));
    }
    expect(walked).toEqual([...paths.map((path) => `https://seller.example/${path}`), url]);

    const found: string[] = [];
    let cursor: string | null | undefined;
    do {
      const asked: Record<string, string> = { query: 'a forecast', payTo, limit: '2', ...(cursor ? { cursor } : {}) };
      const page = discoverySearchSchema.parse((await search(market.admin, asked)).json);
      found.push(...page.resources.map(({ resource }) => resource));
      expect(page.partialResults).toBe(page.pagination.cursor !== null);
      cursor = page.pagination.cursor;
    } while (cursor !== null);
    expect(found.toSorted()).toEqual(paths.map((path) => `https://seller.example/${path}`).toSorted());

    const ask = async (query: Record<string, string>) =>
      itemsOf(await list(market.admin, { payTo, ...query })).map(({ resource }) => resource);
    expect(await ask({ scheme: 'upto' })).toEqual([url]);
    expect(await ask({ network: 'eip155:1' })).toEqual([]);
    expect(await ask({ type: 'mcp' })).toEqual([]);
    expect(await ask({ type: 'http', extensions: 'bazaar' })).toHaveLength(6);
    expect(await ask({ extensions: 'payment-identifier' })).toEqual([]);
    expect(itemsOf(await search(market.admin, { query: 'snow', payTo })).map(({ resource }) => resource)).toEqual([
      'https://seller.example/snow',
    ]);
    expect(itemsOf(await search(market.admin, { query: "'; drop table --", payTo }))).toEqual([]);
  });

  it('A10: what is asked for wrongly is named', async () => {
    const { admin } = await openMarket(world);
    const wrong: [string, Record<string, string>, string][] = [
      ['resources', { limit: '101' }, 'limit'],
      ['resources', { offset: '-1' }, 'offset'],
      ['resources', { offset: '100001' }, 'offset'],
      ['resources', { payTo: '' }, 'payTo'],
      ['resources', { network: 'a b' }, 'network'],
      ['resources', { query: 'x' }, 'query'],
      ['search', {}, 'query'],
      ['search', { query: '' }, 'query'],
      ['search', { query: 'x'.repeat(201) }, 'query'],
      ['search', { query: 'x', cursor: '1' }, 'cursor'],
      ['search', { query: 'x', cursor: '1:2;3' }, 'cursor'],
      ['search', { query: 'x', offset: '1' }, 'offset'],
    ];
    for (const [call, query, field] of wrong) {
      const path = `/x402/discovery/${call}?${new URLSearchParams(query).toString()}`;
      const { json } = await world.call('GET', path, { token: admin });
      const problem = problemSchema.parse(json);
      expect([path, problem.code, problem.problems?.map((one) => one.field)]).toEqual([path, 'query_invalid', [field]]);
    }
  });

  it('is an extension that /x402/supported names', async () => {
    expect((await world.call('GET', '/x402/supported')).json['extensions']).toEqual(['payment-identifier', 'bazaar']);
  });
});
