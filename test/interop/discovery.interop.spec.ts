import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { PaymentPayload, PaymentRequirements } from '@x402/core/types';
import {
  declareDiscoveryExtension,
  extractDiscoveryInfo,
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
  withBazaar,
  type DiscoveryExtension,
  type DiscoveryResource,
} from '@x402/extensions/bazaar';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { discoveryListSchema, discoverySearchSchema, readJson } from '#contracts';
import { discoverableResource, registerLedgerClient, type FacilitatorRequest } from '#x402';
import { eventually } from '../support/eventually.js';
import { Market } from './support/market.js';
import { discoveryFacilitator, weatherShop } from './support/weather-shop.js';

let market: Market;
let abroad: Market;
let shop: Awaited<ReturnType<typeof weatherShop>>;
let payTo: string;
beforeAll(async () => {
  market = await Market.open();
  abroad = await Market.open();
  payTo = `${market.organization.org}/seller`;
  shop = await weatherShop(discoveryFacilitator(market.url, market.sellerToken), payTo);
}, 120_000);
afterAll(async () => {
  shop?.close();
  await market?.close();
  await abroad?.close();
});

const bazaarOf = (token: string) => withBazaar(discoveryFacilitator(market.url, token)).extensions.bazaar;

describe('A resource that an Express server of the published packages declares', () => {
  it('C4 F7: is found by the published client once an agent of another org has paid for it, as the packages have it', async () => {
    const client = registerLedgerClient(new x402Client(), (request) => abroad.buyer.x402.resolve(request));
    const pay = wrapFetchWithPayment(fetch, client);
    for (const [path, method] of [
      ['/weather?city=Rome', 'GET'],
      ['/stations/rome', 'GET'],
      ['/reports', 'POST'],
      ['/unlisted', 'GET'],
    ] as const)
      expect([path, (await pay(`${shop.url}${path}`, { method })).status]).toEqual([path, 200]);

    const bazaar = bazaarOf(abroad.organization.token);
    const listed = await eventually(
      () =>
        bazaar.listResources({
          payTo,
          type: 'http',
          network: 'ledger:main',
          scheme: 'exact',
          extensions: 'bazaar',
          limit: 5,
        }),
      ({ items }) => items.length === 3,
    );
    expect(discoveryListSchema.safeParse(listed).error).toBeUndefined();
    expect(listed.pagination).toEqual({ limit: 5, offset: 0, total: 3 });
    expect(listed.items.map(({ resource }) => resource.slice(shop.url.length))).toEqual([
      '/weather',
      '/stations/:station',
      '/reports',
    ]);
    for (const item of listed.items) expectAsDeclared(item);
    expect(listed.items[0]).toMatchObject({
      type: 'http',
      x402Version: 2,
      description: 'Weather of a city',
      mimeType: 'application/json',
      accepts: [{ scheme: 'exact', network: 'ledger:main', asset: 'USD', amount: '10000', payTo }],
      extensions: { bazaar: { info: { input: { type: 'http', method: 'GET', queryParams: { city: 'Berlin' } } } } },
    });
    const { accepts: _, ...shown } = listed.items[1]!;
    expect(JSON.stringify(shown).toLowerCase()).not.toContain('rome');

    const second = await bazaar.listResources({ payTo, limit: 1, offset: 1 });
    expect(second).toMatchObject({ items: [listed.items[1]], pagination: { limit: 1, offset: 1, total: 3 } });
    const found = await bazaar.search({ query: 'the weather of my city', payTo });
    expect(discoverySearchSchema.safeParse(found).error).toBeUndefined();
    expect(found.resources).toEqual([listed.items[0]]);
    expect(found.pagination).toEqual({ limit: 1, cursor: null });
    const first = await bazaar.search({ query: 'weather stations report', payTo, limit: 2 });
    expect(first).toMatchObject({ partialResults: true, resources: [{}, {}] });
    const rest = await bazaar.search({
      query: 'weather stations report',
      payTo,
      limit: 2,
      cursor: first.pagination!.cursor!,
    });
    expect(addressesOf([...first.resources, ...rest.resources])).toEqual(addressesOf(listed.items));
  });

  it('F7: is refused to a client without a credential', async () => {
    await expect(bazaarOf('none').listResources()).rejects.toThrow('failed (401)');
  });

  function expectAsDeclared({ extensions, lastUpdated, resource }: DiscoveryResource): void {
    const extension = asDeclared(extensions!['bazaar']);
    expect([resource, validateDiscoveryExtension(extension)]).toEqual([resource, { valid: true }]);
    expect(validateDiscoveryExtensionSpec(extension)).toEqual({ valid: true });
    expect(new Date(lastUpdated).toISOString()).toBe(lastUpdated);
  }
});

function addressesOf(resources: readonly { resource: string }[]): ReadonlySet<string> {
  return new Set(resources.map(({ resource }) => resource));
}

function asDeclared(extension: unknown): DiscoveryExtension & Record<string, unknown> {
  return extension as DiscoveryExtension & Record<string, unknown>;
}

describe('What is read of a declaration', () => {
  // The published packages tell there what they refuse.
  beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => undefined));
  afterAll(() => void jest.restoreAllMocks());

  const requirements = {
    scheme: 'exact',
    network: 'ledger:main' as const,
    amount: '10000',
    asset: 'USD',
    payTo: 'seller',
    maxTimeoutSeconds: 60,
    extra: {},
  };
  const url = 'https://seller.example/a/b?c=d';

  function ours(fields: Partial<FacilitatorRequest>) {
    const request = { scheme: 'exact', network: 'ledger:main', payee: 'seller', timeout_seconds: 60, resource: url };
    const listed = discoverableResource({ ...request, requirements, ...fields } as FacilitatorRequest, '10000');
    if (!listed) return null;
    const { extensions } = JSON.parse(listed.details) as { extensions: { bazaar: { info: unknown } } };
    return { resource: listed.resource, info: extensions.bazaar.info };
  }
  const theirs = (payload: object, required: object = requirements) => {
    const found = extractDiscoveryInfo(payload as PaymentPayload, required as PaymentRequirements);
    return found && { resource: found.resourceUrl, info: found.discoveryInfo };
  };
  const wire = (value: object) => {
    const read = readJson(JSON.stringify(value));
    if (!read.ok) throw new Error('not JSON');
    return read.value as Record<string, unknown>;
  };

  const get = { ...declareDiscoveryExtension({ input: { q: 'x' }, output: { example: { a: 1 } } })['bazaar']! };
  const ofMethod = (method: string) => ({ ...get, info: { ...get.info, input: { ...get.info.input, method } } });
  const tool = declareDiscoveryExtension({ toolName: 'forecast', inputSchema: { type: 'object' } })['bazaar']!;
  it.each<[string, object]>([
    ['a GET', ofMethod('GET')],
    ['a method that is not declared', get],
    ['another method', ofMethod('POST')],
    ['a tool', tool],
    ['a template', { ...ofMethod('GET'), routeTemplate: '/a/:id' }],
    ['a template that leads elsewhere', { ...ofMethod('GET'), routeTemplate: '/a/%2e%2e/b' }],
    ['a schema from elsewhere', { ...ofMethod('GET'), schema: { $ref: 'https://a.example/schema' } }],
    ['a schema of an unknown type', { ...ofMethod('GET'), schema: { type: 'nothing' } }],
  ])('A9: v2: %s is what the published facilitator reads', (_, bazaar) => {
    const payload = { x402Version: 2, resource: { url }, accepted: requirements, payload: {}, extensions: { bazaar } };
    expect(ours({ wire: 2, extensions: wire({ bazaar }) })).toEqual(theirs(payload));
  });

  const output = { celsius: 'number' };
  it.each<[string, object]>([
    ['a GET', { input: { type: 'http', method: 'GET', query: { q: 'x' } }, output }],
    ['one that says it', { input: { type: 'http', method: 'get', discoverable: true } }],
    ['one that may not be found', { input: { type: 'http', method: 'GET', discoverable: false } }],
    ['a POST', { input: { type: 'http', method: 'POST', body_type: 'multipart/form-data', data: { a: 'b' } } }],
    ['a text', { input: { type: 'http', method: 'PUT', bodyType: 'text/plain', headerFields: { a: 'b' } } }],
    ['an unknown method', { input: { type: 'http', method: 'BREW' } }],
    ['no input', { output }],
  ])('A9: v1: %s is what the published facilitator reads', (_, outputSchema) => {
    const { amount: maxAmountRequired, ...rest } = requirements;
    const required = { ...rest, maxAmountRequired, resource: url, description: '', mimeType: '', outputSchema };
    const payload = { x402Version: 1, scheme: 'exact', network: 'ledger:main', payload: {} };
    expect(ours({ wire: 1, requirements: wire(required) })).toEqual(theirs(payload, required));
  });
});
