/** How far a piece of maintenance is, for whoever started it. */
export interface MaintenanceProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

const REPORT_EVERY_MS = 100;

/**
 * For the main file of a process that does one thing and ends, started by the terminal command: writes its progress, then
 * its result or why it failed, as lines of JSON to standard output (`type`: `progress`, `result` or `failed`), and exits
 * with 0, or 1 where it failed.
 */
export async function runMaintenance(
  work: (report: (progress: MaintenanceProgress) => void) => Promise<object>,
): Promise<void> {
  let last = { at: 0, phase: '' };
  try {
    const result = await work((progress) => {
      const now = Date.now();
      if (progress.phase === last.phase && now - last.at < REPORT_EVERY_MS) return;
      last = { at: now, phase: progress.phase };
      write({ type: 'progress', ...progress });
    });
    write({ type: 'result', result });
  } catch (error) {
    write({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
}

function write(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
