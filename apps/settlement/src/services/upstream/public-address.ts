import ipaddr from 'ipaddr.js';
import { lookup as lookUpName, type LookupAddress, type LookupOptions } from 'node:dns';

/** A host that is not of the public internet: nothing was sent to it. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(host: string) {
    super(`${host} is no public address`);
  }
}

/** Says whether an address is one of the public internet: no loopback, private, link-local, mapped or translated one. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

type LookupCallback = (error: Error | null, addresses: string | LookupAddress[], family?: number) => void;

/** The system's own, as `lookup` of node:dns is called here. */
export type LookUp = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up for a connection and gives its public addresses only if all of them are: what is connected to is what was
 * checked, so a name that answers differently the next time changes nothing (DNS rebinding).
 */
export function publicLookup(
  host: string,
  options: LookupOptions,
  callback: LookupCallback,
  lookUp: LookUp = lookUpName,
): void {
  lookUp(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new AddressRefused(host), []);
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
}
