import { fingerprintOf, fingerprintSource } from '#contracts';

/**
 * The idempotency key of a challenge that has a reference of its own: that of its payee, since two sellers may both say `order-1`.
 * Hashed, so that it has the length of a key whatever the reference is. An address goes by its own name: whose it is may change.
 * What one protocol calls `order-1` is not what another does.
 */
export function referenceKey(
  payee: { org: string; agent: string; address?: string },
  reference: string,
  protocol: 'x402' | 'mpp',
): string {
  const { org, agent, address } = payee;
  const named = address === undefined ? { org, agent } : { address };
  return `${protocol}:${fingerprintOf(fingerprintSource(`${protocol}.reference`, { ...named, reference }))}`;
}
