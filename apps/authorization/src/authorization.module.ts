import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { connectBus, type BusConnection } from '#bus';
import type { Config } from '#config';
import { PostgresLogStore, type LogStore } from '#event-log';
import type { Logger } from '#observability';
import { AuthorizationProcess, type AuthorizationSettings } from './process/authorization-process.js';

/** Closes in the order that loses nothing: first the process, then what it stands on. */
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly authorization: AuthorizationProcess,
    private readonly bus: BusConnection,
    private readonly log: LogStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.authorization.stop();
    await this.bus.close();
    await this.log.close();
  }
}

@Module({})
class AuthorizationModule {}

const LOG = Symbol('log');
const BUS = Symbol('bus');

export function authorizationModule(config: Config<'authorization'>, logger: Logger): DynamicModule {
  return {
    module: AuthorizationModule,
    providers: [
      { provide: LOG, useFactory: () => PostgresLogStore.open({ url: config.databaseUrl }) },
      {
        provide: BUS,
        useFactory: () =>
          connectBus({
            url: config.natsUrl,
            credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
            name: 'bursar authorization',
            logger,
          }),
      },
      {
        provide: AuthorizationProcess,
        inject: [LOG, BUS],
        useFactory: (log: LogStore, bus: BusConnection) =>
          new AuthorizationProcess({ log, bus, logger, settings: settingsOf(config) }),
      },
      {
        provide: Shutdown,
        inject: [AuthorizationProcess, BUS, LOG],
        useFactory: (authorization: AuthorizationProcess, bus: BusConnection, log: LogStore) =>
          new Shutdown(authorization, bus, log),
      },
    ],
  };
}

export function settingsOf(config: Config<'authorization'>): AuthorizationSettings {
  return {
    hold_ms: config.holdSeconds * 1000,
    dispatch_timeout_ms: config.dispatchTimeoutSeconds * 1000,
    cycle_works_maximum: 2_000,
    intake_maximum: 50_000,
    lease_ms: config.leaseMilliseconds,
    agent_rate_per_second: config.agentRatePerSecond,
    agent_burst: config.agentBurst,
    nats_url: config.natsUrl,
    ...(config.natsIssuerSeed === undefined ? {} : { nats_issuer_seed: config.natsIssuerSeed }),
    ...(config.adminKey === undefined
      ? {}
      : {
          first_organization: {
            admin_key: config.adminKey,
            initial_credits: config.initialCredits,
            first_use: {
              enabled: config.firstUse,
              per_payment: config.firstUsePerPayment,
              per_day: config.firstUsePerDay,
              agents_maximum: config.firstUseAgents,
              together_per_day: config.firstUseGroupPerDay,
            },
          },
        }),
  };
}
