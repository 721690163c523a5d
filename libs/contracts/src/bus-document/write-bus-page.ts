import { writeFileSync } from 'node:fs';
import { asyncApiText } from './asyncapi.js';
import { busPage } from './bus-page.js';

writeFileSync('docs/asyncapi.json', asyncApiText());
writeFileSync('docs/bus.md', busPage());
