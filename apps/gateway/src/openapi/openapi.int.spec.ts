import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { openApiPage } from './document.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: unknown; responses: Record<string, unknown> }>
  >;
  components: { schemas: Record<string, unknown> };
}

describe('The OpenAPI document', () => {
  it('is committed as docs/openapi.json (npm run docs:openapi writes it)', () => {
    const committed = readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(committed).toBe(openApiPage(gateway.app));
  });

  it('is what the running server gives', async () => {
    const { status, json } = await gateway.call('GET', '/openapi.json', { token: null });
    expect(status).toBe(200);
    expect(json).toEqual(JSON.parse(openApiPage(gateway.app)));
  });

  it('names every reference, and every call by another name', async () => {
    const document = (await gateway.call('GET', '/openapi.json')).json as unknown as Document;
    expect(document.openapi).toBe('3.1.0');
    const references = JSON.stringify(document).match(/#\/components\/schemas\/[A-Za-z]+/g) ?? [];
    const missing = references.filter(
      (each) => !(each.slice('#/components/schemas/'.length) in document.components.schemas),
    );
    expect(references.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
    // Of a query too, and of a shape that holds itself, such as a session's tree.
    expect(JSON.stringify(document).match(/"\$ref":"(?!#\/components\/)[^"]*"/g)).toBeNull();
    const names = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('says of every call that changes something what it takes, and of every call with a credential how it refuses', async () => {
    const document = (await gateway.call('GET', '/openapi.json')).json as unknown as Document;
    for (const [address, path] of Object.entries(document.paths)) {
      if (!address.startsWith('/v1/')) continue;
      for (const [method, operation] of Object.entries(path)) {
        if (method === 'post' || method === 'patch')
          expect([address, operation.requestBody]).not.toEqual([address, undefined]);
        expect(operation.responses['default']).toBeDefined();
      }
    }
  });
});
