import type { Config } from '#config';
import { firstUseOfSettings } from '#contracts';
import type { AuthorizationSettings } from './authorization-process.js';

/** The service's settings in its own units. */
export function settingsOf(config: Config<'authorization'>): AuthorizationSettings {
  return {
    hold_ms: config.holdSeconds * 1000,
    dispatch_timeout_ms: config.dispatchTimeoutSeconds * 1000,
    approval_ms: config.approvalSeconds * 1000,
    approvals_pending_maximum: config.approvalsPending,
    cycle_works_maximum: 2_000,
    intake_maximum: 50_000,
    lease_ms: config.leaseMilliseconds,
    agent_rate_per_second: config.agentRatePerSecond,
    agent_burst: config.agentBurst,
    nats_url: config.natsUrl,
    ...(config.natsIssuerSeed === undefined ? {} : { nats_issuer_seed: config.natsIssuerSeed }),
    ...(config.adminKey === undefined ? {} : { first_organization: firstOrganization(config, config.adminKey) }),
  };
}

function firstOrganization(
  config: Config<'authorization'>,
  admin_key: string,
): NonNullable<AuthorizationSettings['first_organization']> {
  return {
    admin_key,
    initial_credits: config.initialCredits,
    first_use: firstUseOfSettings(config),
  };
}
