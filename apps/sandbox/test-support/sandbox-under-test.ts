import { createLogger } from '#observability';
import { startSandbox, type RunningSandbox } from '../src/start-sandbox.js';
import { goodCalls, type GoodCall } from './good-calls.js';

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** The real server, asked over HTTP. */
export class SandboxUnderTest {
  private constructor(private readonly running: RunningSandbox) {}

  static async start({ latency_ms = 0 } = {}): Promise<SandboxUnderTest> {
    const logger = createLogger({ service: 'sandbox', level: 'silent' });
    return new SandboxUnderTest(await startSandbox({ host: '127.0.0.1', port: 0, latency_ms, logger }));
  }

  get url(): string {
    return this.running.url;
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** A call that the provider would take, with `changes` over it. */
  call(service: string, changes: Partial<GoodCall> = {}): Promise<SandboxAnswer> {
    const { method, path, headers, body } = { ...goodCalls(service), ...changes };
    return this.send(method, path, headers, body);
  }

  /** The same with this as its question, prompt, address or text. */
  async ask(service: string, text: string, changes: Partial<GoodCall> = {}): Promise<SandboxAnswer> {
    return this.call(service, { ...goodCalls(service, text), ...changes });
  }

  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<SandboxAnswer> {
    const answer = await fetch(`${this.url}${path}`, { method, headers, body });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
  }

  async calls(containing: string): Promise<Record<string, unknown>[]> {
    const { json } = await this.send('GET', `/sandbox/calls?containing=${encodeURIComponent(containing)}`);
    return (json as { calls: Record<string, unknown>[] }).calls;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
