import { createLogger } from '#observability';
import { startSandbox, type RunningSandbox } from '../../apps/sandbox/src/start-sandbox.js';

/** What the sandbox says of one call, as far as the verdict asks. */
export interface SandboxCall {
  number: number;
  body: string;
  /** Null: it is being answered, or the connection was closed instead. */
  status: number | null;
  /** Answered by its idempotency key: nothing was done a second time. */
  repeated: boolean;
}

/** It keeps the newest thousand only. */
const LOOK_EVERY_MS = 2_000;

/** A sandbox of the test's own, which nobody kills: it keeps in memory what it was asked, and here all of it is gathered. */
export class WatchedSandbox {
  readonly #calls = new Map<number, SandboxCall>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();

  private constructor(private readonly sandbox: RunningSandbox) {
    this.#timer = setInterval(() => void (this.#looking = this.#look().catch(() => undefined)), LOOK_EVERY_MS);
  }

  static async start(): Promise<WatchedSandbox> {
    const logger = createLogger({ service: 'sandbox', level: 'silent' });
    return new WatchedSandbox(await startSandbox({ host: '127.0.0.1', port: 0, latency_ms: 0, logger }));
  }

  get url(): string {
    return this.sandbox.url;
  }

  /** Everything that it was asked until now. @throws where some of it was forgotten before it could be read */
  async calls(): Promise<SandboxCall[]> {
    await this.#looking;
    await this.#look();
    const calls = [...this.#calls.values()].toSorted((one, other) => one.number - other.number);
    const last = calls.at(-1)?.number ?? 0;
    if (last !== calls.length) throw new Error(`Of ${last} calls of the sandbox ${calls.length} were seen`);
    return calls;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.sandbox.stop();
  }

  async #look(): Promise<void> {
    const answer = await fetch(`${this.url}/sandbox/calls`);
    const { calls } = (await answer.json()) as { calls: SandboxCall[] };
    for (const { number, body, status, repeated } of calls) this.#calls.set(number, { number, body, status, repeated });
  }
}
