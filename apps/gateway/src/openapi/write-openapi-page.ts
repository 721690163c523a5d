import 'reflect-metadata';
import { createLogger } from '#observability';
import { writeFileSync } from 'node:fs';
import { createGateway } from '../create-gateway.js';
import { openApiPage } from './document.js';
import { partsOfNothing } from './parts-of-nothing.js';

const app = await createGateway(partsOfNothing(), createLogger({ service: 'gateway', level: 'silent' }));
writeFileSync('docs/openapi.json', openApiPage(app));
await app.close();
