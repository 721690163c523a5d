import { testServersAddress } from '#config';
import type { InstanceAddresses } from './instance.js';

/** The Bursar of this test run: everybody's, so leave it running and keep to orgs of your own. */
export async function sharedInstance(): Promise<InstanceAddresses> {
  const address = testServersAddress();
  if (!address) throw new Error('No test servers: this needs jest with the settings of jest.config.js');
  const answer = await fetch(`${address}/bursar`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text) as InstanceAddresses;
}
