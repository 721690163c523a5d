import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PastExplanation } from '#domain';
import type { DecisionPlace, Explainer } from '../ports.js';

export interface ExplanationQuestion {
  number: number;
  place: DecisionPlace;
}

export type ExplanationAnswer =
  { ready: true } | { number: number; explanation: PastExplanation } | { number: number; failed: string };

/** So long it keeps its books; then it goes, and with it their memory. */
const IDLE_MS = 60_000;

interface Waiting {
  resolve(explanation: PastExplanation): void;
  reject(error: Error): void;
}

/** Has decisions explained by a process of its own, which is started when one is asked about and ended when none is. */
export class ForkedExplainer implements Explainer {
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  async explain(place: DecisionPlace): Promise<PastExplanation> {
    clearTimeout(this.#idle);
    this.#child ??= this.#start();
    const child = this.#child;
    await this.#ready;
    const number = ++this.#asked;
    const answered = new Promise<PastExplanation>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    child.send({ number, place } satisfies ExplanationQuestion);
    return answered;
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGTERM');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const name = `./explanation-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#ready = new Promise((resolve, reject) => {
      child.once('message', () => resolve());
      const failed = (): void => {
        const error = new Error('the process that explains decisions has ended');
        reject(error);
        this.#forget(child, error);
      };
      child.once('error', failed);
      child.once('exit', failed);
    });
    // Whoever waits for it is told.
    this.#ready.catch(() => undefined);
    child.on('message', (answer: ExplanationAnswer) => this.#take(answer));
    return child;
  }

  #take(answer: ExplanationAnswer): void {
    if ('ready' in answer) return;
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ('failed' in answer) waiting?.reject(new Error(answer.failed));
    else waiting?.resolve(answer.explanation);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => this.close(), IDLE_MS);
    this.#idle.unref();
  }

  #forget(child: ChildProcess, error: Error): void {
    if (this.#child === child) this.#child = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
