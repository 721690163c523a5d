import 'reflect-metadata';
import { readConfig } from '#config';
import { reportReady } from '#observability';
import { startAuthorization } from './start-authorization.js';

const { adminKeyLetIn, stop } = await startAuthorization(readConfig('authorization'));
reportReady(stop, { adminKeyLetIn });
