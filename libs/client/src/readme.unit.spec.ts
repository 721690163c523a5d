import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('the README', () => {
  it('shows the example that is compiled and run', () => {
    const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    expect(read('README.md')).toContain(`\`\`\`ts\n${read('examples/orchestrator.ts')}\`\`\``);
  });
});
