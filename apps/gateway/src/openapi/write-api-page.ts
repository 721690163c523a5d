import { readFileSync, writeFileSync } from 'node:fs';
import { apiPage, type ApiDocument } from './api-page.js';

writeFileSync('docs/api.md', apiPage(JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument));
