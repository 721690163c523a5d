import { endWithThisProcess, giveBackgroundPriority } from '#embedded';
import type { ReadyMessage } from '#observability';
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Troubles } from './kept-server.js';
import { RestartPolicy } from './restart-policy.js';

export interface ServiceDefinition {
  readonly name: string;
  /** The program: JavaScript that calls `reportReady`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly readyMilliseconds?: number;
  readonly mostRestartsPerMinute?: number;
  /** It does its work behind those that somebody waits for. */
  readonly priority?: 'background';
  /** What is added to the environment of later starts, once it was ready: others have been told where it listens. */
  readonly again?: (ready: ReadyMessage) => Readonly<Record<string, string>>;
}

/**
 * Room for what lives as long as a batch: with Node's default of 16 MB a seventh of settlement's time went to collecting it. And nothing is
 * made in the old space from the beginning because its like lived long while the service started: what such an array holds counts as
 * reachable, though it is needed for milliseconds (decision 085).
 */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=64', '--no-allocation-site-pretenuring'];

const stopMilliseconds = 12_000;
const largestLogBytes = 20 * 1024 * 1024;

/** A service as a process of its own, which is started again when it ends unasked. */
export class KeptService {
  private child: ChildProcess | undefined;
  private exited: Promise<string> = Promise.resolve('');
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();
  private addition: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly definition: ServiceDefinition,
    private readonly onTrouble: Troubles,
  ) {}

  /**
   * Resolves when the service is ready for the first time.
   *
   * @throws Error with the end of its log when it does not become ready: the settings or the code are wrong then,
   *   and starting it again would not help.
   */
  static async start(
    definition: ServiceDefinition,
    onTrouble: Troubles,
  ): Promise<{ service: KeptService; ready: ReadyMessage }> {
    const service = new KeptService(definition, onTrouble);
    const ready = await service.launch();
    service.addition = definition.again?.(ready) ?? {};
    service.loop = service.keep();
    return { service, ready };
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** SIGTERM, later SIGKILL; resolves when the process is gone and no other takes its place. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.endChild();
    await this.loop;
    await this.endChild();
  }

  private async keep(): Promise<void> {
    const policy = new RestartPolicy(this.definition.mostRestartsPerMinute);
    for (;;) {
      const reason = `${this.definition.name} ended by ${await this.exited}`;
      if (this.stopping) return;
      const delay = policy.delayAfterEnd(Date.now());
      if (delay === undefined) return this.onTrouble.giveUp(`${reason}, again and again\n${this.logTail()}`);
      this.onTrouble.note(`${reason}; starting it again (see ${this.definition.logFile})`);
      await sleep(delay);
      if (this.stopping) return;
      // One that does not become ready has been ended, and counts like one that ended by itself.
      await this.launch().catch((error: unknown) => this.onTrouble.note(String(error)));
    }
  }

  private async launch(): Promise<ReadyMessage> {
    const { name, file, environment, logFile, readyMilliseconds = 60_000, priority } = this.definition;
    const log = openLog(logFile);
    // Detached: Ctrl-C reaches the supervisor only, which stops the services in order.
    const child = fork(file, {
      env: { ...environment, ...this.addition },
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    this.child = child;
    if (priority === 'background' && child.pid !== undefined) giveBackgroundPriority(child.pid);
    const forget = child.pid === undefined ? () => undefined : endWithThisProcess(child.pid, ['SIGTERM', 'SIGKILL']);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        forget();
        resolve(signal ?? `itself with code ${code}`);
      });
      child.once('error', (error) => resolve(error.message));
    });
    const ready = await Promise.race([
      nextReady(child),
      this.exited.then((end) => `it ended by ${end}`),
      sleep(readyMilliseconds, `no sign of it within ${readyMilliseconds / 1000} s`, { ref: false }),
    ]);
    if (typeof ready !== 'string') return ready;
    await this.endChild();
    throw new Error(`${name} did not become ready: ${ready}\n${this.logTail()}`);
  }

  private async endChild(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
    await this.exited;
    clearTimeout(timer);
  }

  private logTail(): string {
    const { logFile } = this.definition;
    return existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n').trim() : '';
  }
}

function nextReady(child: ChildProcess): Promise<ReadyMessage> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (isReady(message)) resolve(message);
    });
  });
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'ready';
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}
