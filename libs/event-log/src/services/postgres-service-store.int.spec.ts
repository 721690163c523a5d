import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLog, type TestLog } from '../test-support/test-log.js';
import { PostgresServiceStore } from './postgres-service-store.js';

let test: TestLog;
let store: PostgresServiceStore;

beforeAll(async () => {
  test = await openTestLog();
  store = new PostgresServiceStore({ url: test.database.url, services_of_org: 2 });
});
afterAll(async () => {
  await store.close();
  await test.close();
});

describe('Services of an org', () => {
  it('F7: are its own, defined anew by the same name, and gone when they are removed', async () => {
    expect(await store.put('org_1', { name: 'b', definition: '1' })).toBe(true);
    expect(await store.put('org_1', { name: 'a', definition: '{ "x": 1.50 }' })).toBe(true);
    expect(await store.put('org_1', { name: 'b', definition: '2' })).toBe(true);
    expect(await store.services('org_1')).toEqual([
      { name: 'a', definition: '{ "x": 1.50 }' },
      { name: 'b', definition: '2' },
    ]);
    expect([await store.services('org_2'), await store.remove('org_2', 'a')]).toEqual([[], false]);
    expect([await store.remove('org_1', 'a'), await store.remove('org_1', 'a')]).toEqual([true, false]);
  });

  it('H1: are at most as many as an org may have; those it has can still be changed', async () => {
    await store.put('org_3', { name: 'a', definition: '1' });
    await store.put('org_3', { name: 'b', definition: '1' });
    expect(await store.put('org_3', { name: 'c', definition: '1' })).toBe(false);
    expect(await store.put('org_3', { name: 'b', definition: '2' })).toBe(true);
  });

  it('F4 F7: have secrets, which come back as they were given, to the org alone', async () => {
    const encrypted = Buffer.from([0, 255, 10, 39, 92]);
    await store.keepSecret('org_1', 'b', Buffer.from('old'));
    await store.keepSecret('org_1', 'b', encrypted);
    expect((await store.secrets('org_1')).get('b')).toEqual(encrypted);
    expect((await store.secrets('org_2')).size).toBe(0);
    expect([await store.removeSecret('org_1', 'b'), await store.removeSecret('org_1', 'b')]).toEqual([true, false]);
  });
});
