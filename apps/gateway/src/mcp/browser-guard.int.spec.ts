import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => void (gateway = await startGateway({ browserOrigins: ['https://inspector.example'] })));
afterAll(() => gateway.close());

describe('Pages that a browser shows, at /mcp', () => {
  it.each([
    ['an origin that was allowed', 'https://inspector.example', 'credential_missing'],
    ['another scheme of it', 'http://inspector.example', 'origin_not_allowed'],
    ['another port of it', 'https://inspector.example:8443', 'origin_not_allowed'],
    ['a name that begins like it', 'https://inspector.example.evil.example', 'origin_not_allowed'],
    ['a file', 'null', 'origin_not_allowed'],
    ['this machine', 'http://localhost:8402', 'origin_not_allowed'],
  ])('G4: of %s get no further than they may', async (_name, origin, code) => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const { json } = await gateway.call('POST', '/mcp', { token: null, headers: { origin }, body });
    expect(json['code']).toBe(code);
    expect(gateway.owner.asked).toEqual([]);
  });
});
