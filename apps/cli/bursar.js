#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../../dist/apps/cli/src/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  process.stderr.write(`bursar is not built yet. Once, in ${folder}:\n\n  npm install && npm run build\n`);
  process.exitCode = 1;
}
