import 'reflect-metadata';
import { connectBus, OwnerClient, SettlementClient } from '#bus';
import { readConfig } from '#config';
import { firstUseOfSettings } from '#contracts';
import { PostgresLogStore, verifyLog } from '#event-log';
import { createLogger, Health, Metrics, reportReady } from '#observability';
import { ReadModels } from '#read-models';
import { createGateway } from './create-gateway.js';
import { ForkedExplainer } from './explanations/forked-explainer.js';
import { KeptNotes } from './notes/kept-notes.js';

const config = readConfig('gateway');
const logger = createLogger({ service: 'gateway', level: config.logLevel });
const bus = await connectBus({
  url: config.natsUrl,
  credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
  name: 'gateway',
  logger,
});
const log = await PostgresLogStore.open({ url: config.databaseUrl, role: 'bursar_reader' });
const owner = new OwnerClient(bus);
const settlement = new SettlementClient(bus, { logger });
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
  { owner, settlement, platform, log, verifier, explainer, reports, notes, metrics, health },
  logger,
);
await app.listen(config.port, config.host);
logger.info({ url: await app.getUrl() }, 'The gateway listens');

// Requests under way are answered first; then what they need is let go.
reportReady(
  async () => {
    await app.close();
    owner.close();
    settlement.close();
    explainer.close();
    await Promise.all([bus.close(), log.close(), reports.close(), notes.close()]);
  },
  { url: await app.getUrl() },
);
