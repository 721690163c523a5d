import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';

/**
 * This side of the watchdog: a small process that outlives this one, hears of its end by the end of a pipe, and
 * then ends the servers. It needs nothing of the operating system, so it works wherever Node does; on Linux the
 * servers are also asked to die with their parent (`launch-server.ts`).
 */
class Watchdog {
  private process: ChildProcess | undefined;
  private readonly watched = new Map<number, readonly NodeJS.Signals[]>();
  private readonly folders = new Set<string>();

  /** `signals` are sent one after the other until the process is gone. */
  watch(pid: number, signals: readonly NodeJS.Signals[]): void {
    this.watched.set(pid, signals);
    this.order({ watch: { pid, signals } });
  }

  forget(pid: number): void {
    this.watched.delete(pid);
    this.order({ forget: pid });
  }

  /** Removes a temporary folder after the end of this process, however it ends. */
  removeAfterEnd(folder: string): void {
    this.folders.add(folder);
    this.order({ remove: folder });
  }

  private order(order: object): void {
    this.process ??= this.start();
    this.process.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  private start(): ChildProcess {
    // Detached: Ctrl-C in a terminal reaches the whole foreground group, and this one must stay until the end.
    const child = spawn(process.execPath, [join(projectRoot, 'libs', 'embedded', 'watchdog.mjs')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    child.unref();
    (child.stdin as Socket | null)?.unref();
    child.stdin?.on('error', () => undefined);
    child.once('exit', () => this.replace(child));
    child.once('error', () => this.replace(child));
    return child;
  }

  /** Somebody killed the watchdog: the servers get another one. */
  private replace(gone: ChildProcess): void {
    if (this.process !== gone) return;
    this.process = undefined;
    for (const [pid, signals] of this.watched) this.order({ watch: { pid, signals } });
    for (const folder of this.folders) this.order({ remove: folder });
  }
}

export const watchdog = new Watchdog();
