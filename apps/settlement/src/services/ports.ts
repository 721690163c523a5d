import type { PostgresServiceCallStore } from '#event-log';
import type { SecretBox } from '#security';
import type { SettlementParts } from '../ports.js';
import type { EndedCalls } from './ended-calls.js';
import type { RunningCalls } from './running-calls.js';
import type { ServiceCatalogue, ServiceStore } from './catalogue/service-catalogue.js';
import type { ServiceLimits } from './service-limits.js';
import type { Upstream } from './upstream/upstream.js';

/** What is asked of paid services and what they answer, for a while (`PostgresServiceCallStore` of #event-log). */
export type CallStore = Pick<
  PostgresServiceCallStore,
  'begin' | 'answered' | 'ended' | 'drop' | 'leave' | 'read' | 'take' | 'sweep'
>;

/** Everything outside of a use case of paid services that it uses. */
export interface ServiceParts extends Pick<SettlementParts, 'owners' | 'log' | 'keys' | 'issuer' | 'logger'> {
  /** Where services are answered for which there is no secret. */
  sandbox_url?: string;
  catalogue: ServiceCatalogue;
  secretBox: SecretBox;
  store: ServiceStore;
  calls: CallStore;
  upstream: Pick<Upstream, 'call' | 'stream' | 'mayCall'>;
  limits: ServiceLimits;
  running: RunningCalls;
  /** How long a call is kept that begins now. */
  keep_for_days: number;
  ended: EndedCalls;
}
