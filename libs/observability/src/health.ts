/** Resolves when all is well; throws saying what is not. */
export type HealthCheck = () => Promise<void> | void;

export interface HealthReport {
  readonly status: 'ok' | 'unavailable';
  /** One line for each check: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * Live means: the process answers, do not restart it. Ready means: everything it depends on answers too, send
 * it traffic. A dependency that is down makes a process unready, never dead.
 */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  constructor(private readonly timeoutMilliseconds = 2_000) {}

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  live(): HealthReport {
    return { status: 'ok', checks: {} };
  }

  async ready(): Promise<HealthReport> {
    const names = [...this.checks.keys()];
    const results = await Promise.all([...this.checks.values()].map((check) => this.run(check)));
    return {
      status: results.every((result) => result === 'ok') ? 'ok' : 'unavailable',
      checks: Object.fromEntries(names.map((name, index) => [name, results[index] ?? 'unknown'])),
    };
  }

  private async run(check: HealthCheck): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${this.timeoutMilliseconds} ms`), this.timeoutMilliseconds);
    });
    const outcome = (async () => {
      try {
        await check();
        return 'ok';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    })();
    try {
      return await Promise.race([outcome, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
