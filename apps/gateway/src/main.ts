import 'reflect-metadata';
import { SettlementClient } from '#bus';
import { readConfig } from '#config';
import { reportReady } from '#observability';
import { startGateway } from './start-gateway.js';

const { url, stop } = await startGateway(
  readConfig('gateway'),
  ({ bus, logger }) => new SettlementClient(bus, { logger }),
);
reportReady(stop, { url });
