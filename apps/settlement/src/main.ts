import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connectBus, JetStreamServer, OwnerClient } from '#bus';
import { readConfig } from '#config';
import { PostgresLogStore } from '#event-log';
import { createLogger, NestLogger, reportReady } from '#observability';
import { SettlementCalls } from './calls.js';
import { openCatalogue } from './discovery/open-catalogue.js';
import { isVouchedFor } from './envelopes/is-vouched-for.js';
import { openServices } from './services/open-services.js';
import { settlementModule } from './settlement.module.js';
import { settlementParts } from './settlement-parts.js';

const config = readConfig('settlement');
const logger = createLogger({ service: 'settlement', level: config.logLevel });
const bus = await connectBus({
  url: config.natsUrl,
  credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
  name: 'bursar settlement',
  logger,
});
const log = await PostgresLogStore.open({ url: config.databaseUrl, role: 'bursar_reader' });
const owners = new OwnerClient(bus);
const catalogue = openCatalogue(config.databaseUrl);
const parts = settlementParts(config, { owners, log, catalogue, logger });
const services = openServices(config, parts);
const calls = new SettlementCalls(parts, services.parts);
const vouched = isVouchedFor(config.natsUrl, logger);
const envelopes = { publish: (subject: string, text: string) => bus.publish(subject, text), vouched };
const strategy = new JetStreamServer({ connection: bus, streams: { mode: 'create' }, logger });
const app = await NestFactory.createMicroservice<MicroserviceOptions>(settlementModule(calls, envelopes), {
  strategy,
  logger: new NestLogger(logger),
  abortOnError: false,
});
await app.listen();

reportReady(async () => {
  await app.close();
  await services.close();
  // Streams may last longer than `app.close` waits: their ends are said now.
  await strategy.replied();
  owners.close();
  await Promise.all([bus.close(), log.close(), catalogue.close()]);
});
