import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connectBus, JetStreamServer, OwnerClient } from '#bus';
import { readConfig } from '#config';
import { PostgresLogStore } from '#event-log';
import { createLogger, NestLogger, reportReady } from '#observability';
import { createKeyRing } from '#security';
import { recoverSigner } from '#x402';
import { isVouchedFor } from './envelopes/is-vouched-for.js';
import { settlementModule } from './settlement.module.js';
import { evmRail, evmRailOfV1, ledgerRail } from './x402/rails.js';
import { rememberedSigners } from './x402/remembered-signers.js';
import { Unanswered } from './x402/unanswered.js';

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
const { deployment, evmChainId, x402V1Network } = config;
const ledger = ledgerRail(deployment);
const evm = evmRail(deployment, evmChainId);
const parts = {
  owners,
  log,
  keys: createKeyRing({ seeds: config.signingSeed }),
  rails: [ledger, evm, ...(x402V1Network ? [evmRailOfV1(deployment, x402V1Network)] : [])],
  issuer: ledger.network,
  unanswered: new Unanswered(),
  recoverSigner: rememberedSigners(recoverSigner),
};
const vouched = isVouchedFor(config.natsUrl, logger);
const envelopes = { publish: (subject: string, text: string) => bus.publish(subject, text), vouched };
const app = await NestFactory.createMicroservice<MicroserviceOptions>(settlementModule(parts, envelopes, logger), {
  strategy: new JetStreamServer({ connection: bus, streams: { mode: 'create' }, logger }),
  logger: new NestLogger(logger),
  abortOnError: false,
});
await app.listen();

reportReady(async () => {
  await app.close();
  owners.close();
  await Promise.all([bus.close(), log.close()]);
});
