import type { EmbeddedServer } from '#embedded';
import { setTimeout as sleep } from 'node:timers/promises';
import { RestartPolicy } from './restart-policy.js';

/** An embedded server that is started again, on the same port and data, when it ends unasked. */
export class KeptServer {
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();

  private constructor(
    private readonly name: string,
    private server: EmbeddedServer,
    private readonly start: (port: number) => Promise<EmbeddedServer>,
    private readonly onTrouble: Troubles,
  ) {}

  static async start(
    name: string,
    start: (port?: number) => Promise<EmbeddedServer>,
    onTrouble: Troubles,
  ): Promise<KeptServer> {
    const kept = new KeptServer(name, await start(), start, onTrouble);
    kept.loop = kept.keep();
    return kept;
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.server.stop();
    await this.loop;
    await this.server.stop();
  }

  private async keep(): Promise<void> {
    const policy = new RestartPolicy();
    for (let reason = await this.end(); !this.stopping;) {
      const delay = policy.delayAfterEnd(Date.now());
      if (delay === undefined) return this.onTrouble.giveUp(`${reason}, again and again`);
      this.onTrouble.note(`${reason}; starting it again`);
      await sleep(delay);
      if (this.stopping) return;
      try {
        this.server = await this.start(this.server.port);
        reason = await this.end();
      } catch (error) {
        // It may have been killed while it was starting: that counts like any other end.
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }

  private async end(): Promise<string> {
    const { code, signal } = await this.server.exited;
    return `${this.name} ended by ${signal ?? `itself with code ${code}`}`;
  }
}

export interface Troubles {
  note(text: string): void;
  /** The whole start cannot go on. */
  giveUp(reason: string): void;
}
