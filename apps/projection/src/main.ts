import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { connectBus } from '#bus';
import { readConfig } from '#config';
import { createLogger, NestLogger, reportReady } from '#observability';
import { assertReadModels, LiveProjection, rebuildReadModels } from '#read-models';
import { ProjectionLoop } from './projection-loop.js';
import { projectionModule } from './projection.module.js';
import { BusWakeups } from './wakeups/bus-wakeups.js';

const config = readConfig('projection');
const logger = createLogger({ service: 'projection', level: config.logLevel });
const databases = { url: config.projectionDatabaseUrl ?? config.databaseUrl, log_url: config.databaseUrl };
await assertReadModels(databases.url);
const bus = await connectBus({
  url: config.natsUrl,
  credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
  name: 'bursar projection',
  logger,
});
const app = await NestFactory.createApplicationContext(
  projectionModule({
    projection: new LiveProjection(databases),
    wakeups: new BusWakeups(bus),
    async rebuild() {
      logger.info('The read models are of an older version: new ones are built beside them');
      const { generation, events, seconds } = await rebuildReadModels(databases);
      logger.info({ generation, events, seconds }, 'The read models were rebuilt');
    },
    logger,
  }),
  { logger: new NestLogger(logger), abortOnError: false },
);
const loop = app.get(ProjectionLoop);
loop.start();

reportReady(async () => {
  await loop.stop();
  await app.close();
  await bus.close();
});
