import { Health, Metrics } from '#observability';
import type { GatewayParts } from '../gateway.module.js';

/** What a gateway needs in order to be described: nothing of it is ever asked. */
export function partsOfNothing(): GatewayParts {
  const nothing = () => Promise.reject(new Error('There is nothing behind this gateway'));
  return {
    owner: { send: nothing },
    log: { head: nothing, read: nothing },
    verifier: { verify: nothing },
    notes: { keep: nothing, read: nothing },
    reports: { spendReport: nothing, listPayments: nothing },
    metrics: new Metrics(),
    health: new Health(),
  };
}
