import { describe, expect, it } from '@jest/globals';
import { declaration, declaring, declaringV1, tool } from '../../test-support/declarations.js';
import { changed, resource, TOKEN } from '../../test-support/envelopes.js';
import { declaredResource, discoverableResource } from './discoverable-resource.js';

const found = (request: Parameters<typeof discoverableResource>[0], amount = '50000') => {
  const listed = discoverableResource(request, amount);
  return listed && { ...listed, details: JSON.parse(listed.details) as Record<string, unknown> };
};

const terms = {
  scheme: 'exact',
  network: 'ledger:test',
  amount: '50000',
  asset: 'USD',
  payTo: 'writer',
  maxTimeoutSeconds: 60,
};

describe('a resource that a settled request of v2 declares', () => {
  it('A10: is its address, how it is called, and the terms on which it was paid', () => {
    const about = { ...resource, mimeType: 'application/json', serviceName: 'Weather', tags: ['sky'] };
    expect(found(declaring({ bazaar: declaration }, {}, about))).toEqual({
      resource: 'https://writer.example/page',
      type: 'http',
      variant: 'GET',
      x402_version: 2,
      accepts: terms,
      words: 'https writer example page A page Weather sky',
      details: {
        description: 'A page',
        mimeType: 'application/json',
        serviceName: 'Weather',
        tags: ['sky'],
        extensions: { bazaar: declaration },
      },
    });
  });

  it('A10: a tool is one resource of its address, by its name', () => {
    expect(found(declaring({ bazaar: tool }))).toMatchObject({
      type: 'mcp',
      variant: 'forecast',
      words: 'https writer example page forecast Tells the weather A page',
      details: { extensions: { bazaar: tool } },
    });
  });

  it('D10 F7: shows nothing of the payer: no query, no path of a template, no other extension, no nonce, nothing added', () => {
    const of = { url: 'https://payer:secret@writer.example/users/alice?session=secret#secret' };
    const info = {
      ...declaration.info,
      input: { ...declaration.info.input, pathParams: { user: 'secret' } },
      secret: 'secret',
    };
    const bazaar = { ...declaration, info, routeTemplate: '/users/:user', secret: 'secret' };
    const identifier = { info: { required: true, id: 'secret-secret-secret' }, schema: {} };
    const request = declaring(
      { bazaar, 'payment-identifier': identifier, 'sign-in-with-x': { info: { address: 'secret' } } },
      { extra: { nonce: 'secret', paymentFlow: 'upfront', order: { for: 'secret' } } },
      of,
    );
    const listed = found(request)!;
    expect(JSON.stringify(listed)).not.toContain('secret');
    expect(listed).toMatchObject({
      resource: 'https://writer.example/users/:user',
      accepts: { extra: { paymentFlow: 'upfront' } },
      details: { extensions: { bazaar: { ...declaration, routeTemplate: '/users/:user' } } },
    });
  });

  it('B5: names the price that was agreed to, though a part of it was charged', () => {
    const request = declaring({ bazaar: declaration }, { scheme: 'upto' });
    expect(found({ ...request, requirements: { ...request.requirements, amount: '1' } }, '50000')).toMatchObject({
      accepts: { scheme: 'upto', amount: '50000' },
    });
  });

  it('A6: addresses stand there in one case, so that terms are found and are one', () => {
    const payTo = '0xAbCdEf0000000000000000000000000000000001';
    const extra = { name: 'Bursar USD', version: '1' };
    const fields = { network: 'eip155:402402', asset: TOKEN.toUpperCase().replace('0X', '0x'), payTo, extra };
    expect(found(declaring({ bazaar: declaration }, fields))).toMatchObject({
      accepts: { payTo: payTo.toLowerCase(), asset: TOKEN, extra },
    });
  });

  it.each([
    ['no extension', undefined],
    ['another one', { other: declaration }],
    ['a text', { bazaar: 'all' }],
    ['a number', { bazaar: 1 }],
    ['null', { bazaar: null }],
    ['nothing in it', { bazaar: {} }],
    ['no schema', { bazaar: { info: declaration.info } }],
    ['no info', { bazaar: { schema: declaration.schema } }],
    ['an unknown type', { bazaar: changed(declaration, 'info.input.type', 'ftp') }],
    ['an unknown method', { bazaar: changed(declaration, 'info.input.method', 'BREW') }],
    ['another method than its schema has', { bazaar: changed(declaration, 'info.input.method', 'POST') }],
    ['no method, which its schema requires', { bazaar: changed(declaration, 'info.input.method', undefined) }],
    ['a parameter of another type', { bazaar: changed(declaration, 'info.input.queryParams.city', 1) }],
    ['a field that its schema has not', { bazaar: changed(declaration, 'info.input.more', 'yes') }],
    ['a body of a method without one', { bazaar: changed(declaration, 'info.input.bodyType', 'json') }],
    ['a schema that is fetched', { bazaar: changed(declaration, 'schema.$ref', 'https://evil.example/') }],
    ['a schema of an unknown type', { bazaar: changed(declaration, 'schema.type', 'thing') }],
    ['a tool without a name', { bazaar: changed(tool, 'info.input.toolName', undefined) }],
    ['a tool of a long name', { bazaar: changed(tool, 'info.input.toolName', 'x'.repeat(129)) }],
    ['a tool of an unknown transport', { bazaar: changed(tool, 'info.input.transport', 'pigeon') }],
    ['more than 8 KiB', { bazaar: changed(declaration, 'info.output.example', { text: 'x'.repeat(8_192) }) }],
    ['8 KiB once it is quoted', { bazaar: changed(declaration, 'info.output.example', { text: '"'.repeat(3_000) }) }],
  ])('H4: is not listed with %s, and the request stands', (_, extensions) => {
    expect(found(declaring(extensions))).toBeUndefined();
  });

  it.each([
    'ftp://writer.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'mcp://tool/forecast',
    'page',
    '/page',
  ])('G4: is not listed at %s', (url) => {
    expect(declaredResource(declaring({ bazaar: declaration }, {}, { url }))).toBeUndefined();
    expect(found(declaring({ bazaar: declaration }, {}, { url }))).toBeUndefined();
  });

  it('H1: is not listed at an address of more than 1,024 characters', () => {
    const at = (characters: number) => ({ url: `https://a.example/${'x'.repeat(characters - 18)}` });
    expect(found(declaring({ bazaar: declaration }, {}, at(1_024)))?.resource).toHaveLength(1_024);
    expect(found(declaring({ bazaar: declaration }, {}, at(1_025)))).toBeUndefined();
  });

  it.each(['/../admin', '/%2e%2e/admin', '/%252e%252e/admin', '//evil.example/:id', '/a://b', 'users/:id', '/%zz', 7])(
    'G4: a template that leads elsewhere, as %s, is passed over',
    (routeTemplate) => {
      const listed = found(declaring({ bazaar: { ...declaration, routeTemplate } }))!;
      expect(new URL(listed.resource).host).toBe('writer.example');
      expect(listed.resource).not.toContain('admin');
    },
  );

  it('H1: the same resource has one name, whatever its payers asked for', () => {
    const name = (url: string, extension: object = declaration) =>
      declaredResource(declaring({ bazaar: extension }, {}, { url }))!.name;
    expect(name('https://a.example/p?x=1')).toBe(name('https://a.example/p?x=2#y'));
    expect(name('https://a.example/p')).not.toBe(name('https://a.example/q'));
    expect(name('https://a.example/p')).not.toBe(name('https://a.example/p', tool));
    const templated = { ...declaration, routeTemplate: '/p/:id' };
    expect(name('https://a.example/p/1', templated)).toBe(name('https://a.example/p/2', templated));
  });
});

describe('a resource that a settled request of v1 declares', () => {
  const input = { type: 'http', method: 'post', bodyType: 'json', bodyFields: { city: { type: 'string' } } };

  it('A6: is listed as in v2, with terms of v1', () => {
    expect(
      found(declaringV1({ input: { ...input, discoverable: true }, output: { celsius: 'number' } })),
    ).toMatchObject({
      resource: 'https://writer.example/page',
      type: 'http',
      variant: 'POST',
      x402_version: 1,
      accepts: {
        scheme: 'exact',
        maxAmountRequired: '50000',
        payTo: 'writer',
        resource: 'https://writer.example/page',
        description: 'A page',
      },
      details: {
        description: 'A page',
        mimeType: 'text/html',
        extensions: {
          bazaar: {
            info: {
              input: { type: 'http', method: 'POST', bodyType: 'json', body: { city: { type: 'string' } } },
              output: { type: 'json', example: { celsius: 'number' } },
            },
          },
        },
      },
    });
  });

  it('A6: is listed where it does not say whether it may be, as the published packages have it', () => {
    expect(found(declaringV1({ input }))).toMatchObject({ variant: 'POST' });
  });

  it.each([
    ['that may not be', { input: { ...input, discoverable: false } }],
    ['of no method', { input: { type: 'http' } }],
    ['of an unknown method', { input: { type: 'http', method: 'BREW' } }],
    ['of another type', { input: { type: 'mcp', method: 'POST' } }],
    ['that says nothing', {}],
  ])('H4: one %s is not listed, and the request stands', (_, outputSchema) => {
    expect(found(declaringV1(outputSchema))).toBeUndefined();
  });
});
