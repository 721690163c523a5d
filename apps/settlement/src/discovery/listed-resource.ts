import type { PaidResource } from '#event-log';

/** The JSON text of a resource, as the published clients read it: what its server declared stands there as it was written. */
export function listedResource(paid: PaidResource): string {
  const { resource, type, x402_version, accepts, details, settled_at } = paid;
  const lastUpdated = new Date(settled_at).toISOString();
  const head = JSON.stringify({ resource, type, x402Version: x402_version, accepts, lastUpdated });
  return `${head.slice(0, -1)},${details.slice(1)}`;
}
