import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { isPublicAddress, publicLookup, type LookUp } from './public-address.js';
import { Upstream } from './upstream.js';

const PRIVATE = [
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  ['link-local, where clouds keep credentials', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  ['shared', '100.64.0.1', '100.127.255.255'],
  ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
  ['reserved', '192.0.0.8', '192.0.2.1', '198.18.0.1', '203.0.113.9', '240.0.0.1', '2001:db8::1', '3fff::1'],
  ['of many', '224.0.0.1', '255.255.255.255', 'ff02::1'],
  ['mapped', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1', '::ffff:0:127.0.0.1'],
  ['translated', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001::1'],
  ['none at all', 'localhost', '', '8.8.8.8.8', '8.8.8.8/32'],
] as const;

describe('An address', () => {
  it.each(PRIVATE)('G4: that is %s is no public one', (_kind, ...addresses) => {
    expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]);
  });

  it('G4: of the public internet is one', () => {
    const addresses = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8'];
    expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

describe('A URL of a paid service', () => {
  const upstream = new Upstream({ allowed_origins: ['http://10.0.0.7:9000'] });

  it.each([
    'http://api.example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://１２７.0.0.1/',
    'https://user:password@api.example.com/',
    'ftp://api.example.com/',
    'http://10.0.0.7:9001/',
    'http://10.0.0.7/',
    'https://10.0.0.7:9000/',
  ])('G4: %s is not called', (url) => {
    expect(upstream.mayCall(url)).toBe(false);
  });

  it.each(['https://api.example.com/v1', 'https://8.8.8.8/', 'https://[2606:4700::1111]/', 'http://10.0.0.7:9000/v1'])(
    'G4: %s is called',
    (url) => {
      expect(upstream.mayCall(url)).toBe(true);
    },
  );
});

describe('Looking a name up for a connection', () => {
  /** Answers differently each time. */
  function resolver(...answers: string[][]): { lookUp: LookUp; asked: () => number } {
    let asked = 0;
    const lookUp: LookUp = (_host, _options, callback) => {
      const addresses = answers[Math.min(asked, answers.length - 1)]!;
      asked += 1;
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return { lookUp, asked: () => asked };
  }

  function look(lookUp: LookUp, all: boolean): Promise<string | LookupAddress[]> {
    return new Promise((resolve, reject) =>
      publicLookup('api.example.com', { all }, (error, found) => (error ? reject(error) : resolve(found)), lookUp),
    );
  }

  it('G4: gives what it has checked, having asked once: a name that changes its mind changes nothing', async () => {
    for (const all of [true, false]) {
      const { lookUp, asked } = resolver(['8.8.8.8', '2606:4700::1111'], ['127.0.0.1']);
      const found = await look(lookUp, all);
      expect(all ? (found as LookupAddress[]).map(({ address }) => address) : found).toEqual(
        all ? ['8.8.8.8', '2606:4700::1111'] : '8.8.8.8',
      );
      expect(asked()).toBe(1);
      await expect(look(lookUp, all)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
  });

  it.each([[['8.8.8.8', '10.0.0.1']], [['10.0.0.1', '8.8.8.8']], [['8.8.8.8', '::ffff:127.0.0.1']], [[]]])(
    'G4: refuses a name of which not every address is public: %j',
    async (addresses) => {
      await expect(look(resolver(addresses).lookUp, true)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    },
  );

  it('G4: by the system’s own resolver refuses a name of this machine', async () => {
    const upstream = new Upstream({ allowed_origins: [] });
    const exchange = await upstream.call({ method: 'GET', url: 'https://localhost:9/', headers: {} }, 5_000);
    expect(exchange).toEqual({ kind: 'not_sent', reason: 'localhost is no public address' });
    await upstream.close();
  });
});
