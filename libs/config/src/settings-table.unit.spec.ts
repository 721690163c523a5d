import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { settingsPage } from './settings-table.js';

describe('docs/settings.md', () => {
  it('is what the table of settings says (npm run docs:settings writes it)', () => {
    expect(readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsPage());
  });
});
