import { fingerprintOf, fingerprintSource } from '#contracts';

/**
 * The idempotency key of a challenge that has a reference of its own: that of its payee, since two sellers may both say `order-1`.
 * Hashed, so that it has the length of a key whatever the reference is. An address goes by its own name: whose it is may change.
 */
export function referenceKey(payee: { org: string; agent: string; address?: string }, reference: string): string {
  const { org, agent, address } = payee;
  const named = address === undefined ? { org, agent } : { address };
  return `x402:${fingerprintOf(fingerprintSource('x402.reference', { ...named, reference }))}`;
}
