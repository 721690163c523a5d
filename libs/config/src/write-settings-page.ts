import { writeFileSync } from 'node:fs';
import { settingsPage } from './settings-table.js';

writeFileSync('docs/settings.md', settingsPage());
