import { AGENTS } from './agents.js';
import { SESSIONS } from './sessions.js';
import { PAYMENTS } from './payments.js';
import { X402 } from './x402.js';
import { SERVICES } from './services.js';
import { PAYMENT_REQUESTS } from './payment-requests.js';
import { MONEY } from './money.js';
import { APPROVALS } from './approvals.js';
import { ORGANIZATION } from './organization.js';
import { POLICIES } from './policies.js';
import { RECORDS } from './records.js';
import type { Route } from './route.js';

/** Every call there is. */
export const ROUTES: readonly Route[] = [
  ...AGENTS,
  ...SESSIONS,
  ...PAYMENTS,
  ...X402,
  ...SERVICES,
  ...PAYMENT_REQUESTS,
  ...MONEY,
  ...APPROVALS,
  ...ORGANIZATION,
  ...POLICIES,
  ...RECORDS,
];

export { addressOf, definitionOf, idsOf } from './ids.js';
export { isRefusal, unparseable, unprocessable, type Expected } from './refusal.js';
export type { Route } from './route.js';
export { DEFINE } from './services.js';
export { REDEEM } from './x402.js';
