import { describe, expect, it } from '@jest/globals';
import { createLogger } from '#observability';
import { readServiceDefinition, type ServiceDefinition } from '#paid-services';
import { createSecretBox } from '#security';
import { secretPlace, ServiceCatalogue, type ServiceStore } from './service-catalogue.js';

const box = createSecretBox([Buffer.alloc(32, 1)]);

function text(name: string, title: string, secret: object | undefined = { placed: 'header', name: 'x-key' }): string {
  return JSON.stringify({
    name,
    title,
    category: 'test',
    call: { method: 'GET', url: 'https://api.example.com/v1' },
    payload: {},
    ...(secret && { secret }),
    price: { kind: 'flat', amount: '0.01' },
    timeout_seconds: 5,
    retries: 0,
    max_credits_recommended: '0.01',
  });
}

function definition(name: string, title: string): ServiceDefinition {
  const read = readServiceDefinition(text(name, title));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.definition;
}

interface Given {
  own?: Record<string, string>;
  /** Secrets of the org, by service; bytes are kept as they are. */
  secrets?: Record<string, string | Buffer>;
  deployment?: Record<string, string>;
  has_sandbox?: boolean;
  now?: () => number;
}

function open({ own = {}, secrets = {}, deployment = {}, has_sandbox = true, now }: Given) {
  const state = { own, secrets, reads: 0, isDown: false, wait: Promise.resolve() };
  const store = {
    services: async (org: string) => {
      state.reads += 1;
      const found = org === 'org_1' ? Object.entries(state.own).map(([name, one]) => ({ name, definition: one })) : [];
      await state.wait;
      if (state.isDown) throw new Error('the table cannot be read');
      return found;
    },
    secrets: (org: string) =>
      Promise.resolve(
        new Map(
          Object.entries(org === 'org_1' ? state.secrets : {}).map(([service, secret]) => [
            service,
            typeof secret === 'string' ? box.encrypt(JSON.stringify(secret), secretPlace(org, service)) : secret,
          ]),
        ),
      ),
  } as unknown as ServiceStore;
  const catalogue = new ServiceCatalogue({
    definitions: new Map([['search', definition('search', 'of the deployment')]]),
    secrets: new Map(Object.entries(deployment).map(([name, value]) => [name, { value }])),
    has_sandbox,
    store,
    secretBox: box,
    logger: createLogger({ service: 'settlement', level: 'silent' }),
    ...(now && { now }),
  });
  return { catalogue, state };
}

async function found(given: Given, org = 'org_1') {
  const service = await open(given).catalogue.find(org, 'search');
  if ('near' in service) return service;
  const { definition: one, source, mode, secret } = service;
  return { title: one.title, source, mode, secret: secret?.['value'] };
}

describe('A service of the catalogue', () => {
  it('A6: is the deployment’s, with the deployment’s secret, unless the org has its own', async () => {
    const deployment = { search: 'deployment-secret' };
    const theirs = { title: 'of the deployment', source: 'deployment', mode: 'live' };
    expect(await found({ deployment })).toEqual({ ...theirs, secret: 'deployment-secret' });
    expect(await found({ deployment, secrets: { search: 'own-secret' } })).toEqual({ ...theirs, secret: 'own-secret' });
    expect(await found({ deployment, secrets: { search: 'own-secret' } }, 'org_2')).toEqual({
      ...theirs,
      secret: 'deployment-secret',
    });
  });

  it('F4: that an org has defined itself never gets the deployment’s secret, nor the sandbox’s answer', async () => {
    const given = { own: { search: text('search', 'own') }, deployment: { search: 'deployment-secret' } };
    expect(await found(given)).toEqual({
      title: 'own',
      source: 'organization',
      mode: 'needs_secret',
      secret: undefined,
    });
    expect(await found({ ...given, secrets: { search: 'own-secret' } })).toMatchObject({
      title: 'own',
      mode: 'live',
      secret: 'own-secret',
    });
    expect(await found(given, 'org_2')).toMatchObject({ title: 'of the deployment', secret: 'deployment-secret' });
  });

  it('F7: that another org has defined is not there', async () => {
    const { catalogue } = open({ own: { search2: text('search2', 'own') } });
    expect(await catalogue.find('org_1', 'search2')).toMatchObject({ source: 'organization' });
    expect(await catalogue.find('org_2', 'search2')).toEqual({ near: ['search'] });
  });

  it('A9: is the sandbox’s only where nobody has given a secret, and there is one', async () => {
    expect(await found({})).toMatchObject({ mode: 'sandbox' });
    expect(await found({ has_sandbox: false })).toMatchObject({ mode: 'needs_secret' });
  });

  it.each<[string, Buffer]>([
    ['was changed', Buffer.from('nonsense')],
    ['is another org’s', box.encrypt('"stolen"', secretPlace('org_2', 'search'))],
    ['is another service’s', box.encrypt('"stolen"', secretPlace('org_1', 'mail'))],
    [
      'is of a seed that is gone',
      createSecretBox([Buffer.alloc(32, 9)]).encrypt('"x-y-z"', secretPlace('org_1', 'search')),
    ],
    ['has parts that the definition has not', box.encrypt('{"user":"a"}', secretPlace('org_1', 'search'))],
    ['is no JSON', box.encrypt('{', secretPlace('org_1', 'search'))],
  ])(
    'A9: whose secret %s is called by nobody: neither the sandbox nor the deployment’s secret stands in',
    async (_what, secret) => {
      for (const deployment of [undefined, { search: 'deployment-secret' }])
        expect(await found({ secrets: { search: secret }, ...(deployment && { deployment }) })).toMatchObject({
          mode: 'needs_secret',
          secret: undefined,
        });
    },
  );

  it('A9: whose kept definition can not be read is not there, and the deployment’s does not stand in', async () => {
    expect(await found({ own: { search: '{"name":"search"}' } })).toHaveProperty('near');
  });
});

describe('What is known of an org’s services', () => {
  it('E6: is read again after a second, and at once after a change', async () => {
    let now = 0;
    const { catalogue, state } = open({ now: () => now });
    await catalogue.services('org_1');
    now = 999;
    await catalogue.services('org_1');
    expect(state.reads).toBe(1);
    now = 1_000;
    await catalogue.services('org_1');
    expect(state.reads).toBe(2);
    state.own = { own: text('own', 'own') };
    catalogue.forget('org_1');
    expect(await catalogue.find('org_1', 'own')).toMatchObject({ source: 'organization' });
  });

  it('E6: that was read before a change is not kept after it', async () => {
    const { catalogue, state } = open({ now: () => 0 });
    let go!: () => void;
    state.wait = new Promise((resolve) => (go = resolve));
    const old = catalogue.services('org_1');
    state.own = { own: text('own', 'own') };
    catalogue.forget('org_1');
    const anew = catalogue.services('org_1');
    go();
    expect([...(await old).keys()]).toEqual(['search']);
    expect([...(await anew).keys()]).toEqual(['search', 'own']);
    expect([...(await catalogue.services('org_1')).keys()]).toEqual(['search', 'own']);
  });

  it('H4: is read once for all that ask at once', async () => {
    const { catalogue, state } = open({});
    await Promise.all(Array.from({ length: 50 }, () => catalogue.services('org_1')));
    expect(state.reads).toBe(1);
  });

  it('A7: and cannot be read is no catalogue: whoever asks is refused, and it is read again', async () => {
    const { catalogue, state } = open({});
    state.isDown = true;
    await expect(catalogue.find('org_1', 'search')).rejects.toThrow();
    state.isDown = false;
    expect(await catalogue.find('org_1', 'search')).toMatchObject({ mode: 'sandbox' });
  });
});
