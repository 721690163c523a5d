import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchdog } from './watchdog.js';

/** A new folder that goes with `remove`, or else after the end of this process, however it ends. */
export function makeTemporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'bursar-'));
  watchdog.removeAfterEnd(path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
