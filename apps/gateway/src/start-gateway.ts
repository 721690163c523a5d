import { connectBus, OwnerClient, type BusConnection, type NearOwner } from '#bus';
import type { Config } from '#config';
import { firstUseOfSettings } from '#contracts';
import { PostgresLogStore, verifyLog } from '#event-log';
import { createLogger, Health, Metrics, type Logger } from '#observability';
import { ReadModels } from '#read-models';
import { createGateway } from './create-gateway.js';
import { ForkedExplainer } from './explanations/forked-explainer.js';
import { KeptNotes } from './notes/kept-notes.js';
import type { Settlement } from './ports.js';

/** What the gateway has opened, for who answers in its process. */
export interface OpenedByGateway {
  readonly bus: BusConnection;
  readonly owners: OwnerClient;
  readonly log: PostgresLogStore;
  readonly logger: Logger;
}

export interface RunningGateway {
  readonly url: string;
  /** Requests under way are answered first; then what they need is let go. */
  readonly stop: () => Promise<void>;
}

/**
 * Opens what the gateway stands on and listens.
 *
 * @param settlementFrom gives the way to settlement: over the bus, or in this process
 * @param near an owner of books in this process
 */
export async function startGateway(
  config: Config<'gateway'>,
  settlementFrom: (opened: OpenedByGateway) => Settlement & { close?(): void },
  near?: NearOwner,
): Promise<RunningGateway> {
  const logger = createLogger({ service: 'gateway', level: config.logLevel });
  const bus = await connectBus({
    url: config.natsUrl,
    credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
    name: 'gateway',
    logger,
  });
  const log = await PostgresLogStore.open({ url: config.databaseUrl, role: 'bursar_reader' });
  const owner = new OwnerClient(bus, near ? { near } : {});
  const settlement = settlementFrom({ bus, owners: owner, log, logger });
  const reports = new ReadModels({
    url: config.projectionDatabaseUrl ?? config.databaseUrl,
    log_url: config.databaseUrl,
  });
  const notes = new KeptNotes({
    url: config.databaseUrl,
    retention_days: config.noteRetentionDays,
    alarm: (message, error) => logger.error({ err: error }, message),
  });

  const metrics = new Metrics();
  metrics.collectProcessMetrics();
  const health = new Health();
  health.register('bus', async () => void (await bus.rtt()));
  health.register('event log', async () => void (await log.now()));

  const verifier = {
    verify: (partition: number, onProgress: (position: number, head: number) => void) =>
      verifyLog(log, { partitions: [partition], onProgress: ({ position, head }) => onProgress(position, head) }),
  };
  const explainer = new ForkedExplainer();
  const platform = {
    ...(config.platformKey === undefined ? {} : { key: config.platformKey }),
    firstUse: firstUseOfSettings(config),
  };
  const app = await createGateway(
    {
      owner,
      settlement,
      platform,
      log,
      verifier,
      explainer,
      reports,
      notes,
      metrics,
      health,
      browserOrigins: config.mcpOrigins ?? [],
    },
    logger,
  );
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  logger.info({ url }, 'The gateway listens');
  const stop = async (): Promise<void> => {
    await app.close();
    owner.close();
    settlement.close?.();
    explainer.close();
    await Promise.all([bus.close(), log.close(), reports.close(), notes.close()]);
  };
  return { url, stop };
}
