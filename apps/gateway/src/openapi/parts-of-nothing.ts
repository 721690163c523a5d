import { Health, Metrics } from '#observability';
import type { GatewayParts } from '../gateway.module.js';

/** What a gateway needs in order to be described: nothing of it is ever asked. */
export function partsOfNothing(): GatewayParts {
  const nothing = () => Promise.reject(new Error('There is nothing behind this gateway'));
  return {
    owner: { send: nothing },
    settlement: { ask: nothing },
    platform: {
      firstUse: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
    },
    log: { head: nothing, read: nothing },
    verifier: { verify: nothing },
    explainer: { explain: nothing },
    notes: { keep: nothing, read: nothing },
    reports: { spendReport: nothing, listPayments: nothing, listPaymentRequests: nothing },
    metrics: new Metrics(),
    health: new Health(),
    browserOrigins: [],
  };
}
