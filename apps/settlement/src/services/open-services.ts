import type { Config } from '#config';
import { PostgresServiceCallStore, PostgresServiceStore } from '#event-log';
import { createSecretBox } from '#security';
import type { SettlementParts } from '../ports.js';
import { deploymentSecrets } from './catalogue/deployment-secrets.js';
import { definitionsIn, readyFolder } from './catalogue/ready-definitions.js';
import { ServiceCatalogue } from './catalogue/service-catalogue.js';
import { EndedCalls } from './ended-calls.js';
import { finishLeftCalls } from './finish-left-calls.js';
import { LeftCallsSweeper } from './left-calls-sweeper.js';
import type { ServiceParts } from './ports.js';
import { RunningCalls } from './running-calls.js';
import { ServiceLimits } from './service-limits.js';
import { Upstream } from './upstream/upstream.js';

export interface OpenedServices {
  parts: ServiceParts;
  /** Calls under way are ended first. */
  close: () => Promise<void>;
}

/** The paid services of this deployment. @throws ServiceFileError where a definition or the file of secrets is wrong. */
export function openServices(
  config: Config<'settlement'>,
  given: Pick<SettlementParts, 'owners' | 'log' | 'keys' | 'issuer' | 'logger'>,
): OpenedServices {
  const { logger } = given;
  const { databaseUrl: url, sandboxUrl } = config;
  const definitions = new Map([
    ...definitionsIn(readyFolder()),
    ...(config.servicesFolder === undefined ? [] : definitionsIn(config.servicesFolder)),
  ]);
  const secrets =
    config.serviceSecretsFile === undefined ? new Map() : deploymentSecrets(config.serviceSecretsFile, definitions);
  const secretBox = createSecretBox(config.secretsSeed);
  const store = new PostgresServiceStore({ url });
  const calls = new PostgresServiceCallStore({ url, retention_days: config.noteRetentionDays });
  const upstream = new Upstream({
    allowed_origins: [
      ...(sandboxUrl === undefined ? [] : [new URL(sandboxUrl).origin]),
      ...(config.upstreamOrigins ?? []),
    ],
  });
  const parts: ServiceParts = {
    ...given,
    ...(sandboxUrl === undefined ? {} : { sandbox_url: sandboxUrl.replace(/\/$/, '') }),
    catalogue: new ServiceCatalogue({
      definitions,
      secrets,
      has_sandbox: sandboxUrl !== undefined,
      store,
      secretBox,
      logger,
    }),
    secretBox,
    store,
    calls,
    upstream,
    limits: new ServiceLimits(),
    running: new RunningCalls(),
    keep_for_days: config.noteRetentionDays,
    ended: new EndedCalls({
      store: calls,
      alarm: (error) => logger.error({ err: error }, 'The end of calls could not be kept'),
    }),
  };
  const sweeper = new LeftCallsSweeper({
    finish: () => finishLeftCalls(parts),
    sweep: (maximum) => calls.sweep(maximum),
    alarm: (message, error) => logger.error({ err: error }, message),
  });
  sweeper.start();
  const close = async (): Promise<void> => {
    await sweeper.stop();
    await parts.running.idle();
    await parts.ended.close();
    await Promise.all([upstream.close(), store.close(), calls.close()]);
  };
  return { parts, close };
}
