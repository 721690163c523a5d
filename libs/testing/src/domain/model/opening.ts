import { SCENARIO_ORG } from '../book-scenario.js';

/** Of the org that every history is about. */
export const FIRST_USE = { enabled: true, per_payment: '9', per_day: '25', agents_maximum: 3, together_per_day: '40' };
export const TREASURY = 300n;

export function treasury(asset: 'USD' | 'JPY'): string {
  return `wal_${SCENARIO_ORG.slice(4)}_${asset.toLowerCase()}`;
}
