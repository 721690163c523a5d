import type { DiscoveredResource } from '#client';
import { table } from './table.js';

export function resourcesText(resources: readonly DiscoveredResource[]): string {
  if (resources.length === 0) return 'None.';
  return table(
    ['resource', 'type', 'to', 'amount', 'scheme', 'network', 'last paid', 'what it is'],
    resources.map((each) => {
      // The newest terms; amounts are in the asset's smallest units, as the protocol has them.
      const [terms = {}] = each.accepts;
      const text = (name: string): string | undefined => {
        const value = terms[name];
        return typeof value === 'string' ? value : undefined;
      };
      const amount = text('amount') ?? text('maxAmountRequired');
      return [
        each.resource,
        each.type,
        text('payTo'),
        amount,
        text('scheme'),
        text('network'),
        each.lastUpdated,
        each.description,
      ];
    }),
  );
}
