import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '#config';
import { createLogger, NestLogger, reportReady } from '#observability';
import { authorizationModule } from './authorization.module.js';
import { AuthorizationProcess } from './process/authorization-process.js';

const config = readConfig('authorization');
const logger = createLogger({ service: 'authorization', level: config.logLevel });
const app = await NestFactory.createApplicationContext(authorizationModule(config, logger), {
  logger: new NestLogger(logger),
  abortOnError: false,
});
const { first_organization_created } = await app.get(AuthorizationProcess).start();
reportReady(() => app.close(), { firstOrganizationCreated: first_organization_created });
