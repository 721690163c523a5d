/** What a service tells the process that started it. */
export interface ReadyMessage {
  readonly type: 'ready';
  /** Where it can be reached, when it listens. */
  readonly url?: string;
  /** Whether the admin key of the settings is one of the first organization, so that it may be shown. */
  readonly adminKeyLetIn?: boolean;
}

/**
 * For the main file of every service, called once it works. Tells the supervisor, where there is one, and ends
 * the process in order on SIGTERM, on SIGINT, and when the supervisor is gone.
 *
 * @param close stops taking work and finishes what was begun; has 10 s.
 */
export function reportReady(close: () => Promise<void>, details: Omit<ReadyMessage, 'type'> = {}): void {
  let closing = false;
  const end = () => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(1), 10_000).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`could not stop in order: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (!process.send) return;
  process.once('disconnect', end);
  if (process.connected) process.send({ type: 'ready', ...details } satisfies ReadyMessage);
  else end();
}
