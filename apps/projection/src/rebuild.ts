import { readConfig } from '#config';
import { rebuildReadModels, type RebuildProgress, type RebuildResult } from '#read-models';

/**
 * Builds the read models anew beside the live ones, compares the two and swaps them; what `bursar rebuild` starts. Says how it
 * goes to the process that started it, else as lines of JSON. Exit code 1: it failed; 2: the live tables had differed from
 * what the log says, and have been replaced.
 */
export type RebuildMessage =
  ({ type: 'progress' } & RebuildProgress) | ({ type: 'done' } & RebuildResult) | { type: 'failed'; reason: string };

const PROGRESS_EVERY_MS = 200;

const { databaseUrl, projectionDatabaseUrl } = readConfig('cli');
let toldAt = 0;
let toldPhase = '';
// Whoever asked is gone: what was built so far is cleared away by the next rebuild.
process.once('disconnect', () => process.exit(1));
try {
  if (databaseUrl === undefined) throw new Error('DATABASE_URL must say where the event log is');
  const result = await rebuildReadModels({
    url: projectionDatabaseUrl ?? databaseUrl,
    log_url: databaseUrl,
    compare: true,
    onProgress(progress) {
      if (progress.phase === toldPhase && performance.now() - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = performance.now();
      toldPhase = progress.phase;
      tell({ type: 'progress', ...progress });
    },
  });
  tell({ type: 'done', ...result });
  process.exitCode = result.differences && result.differences.length > 0 ? 2 : 0;
} catch (error) {
  tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
process.removeAllListeners('disconnect');
if (process.connected) process.disconnect();

function tell(message: RebuildMessage): void {
  if (process.send) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}
