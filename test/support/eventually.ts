import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
/** Where processes are killed and started anew meanwhile. */
export const PATIENCE_OVER_RESTARTS_MS = 20_000;

/** Asks again and again until it is so: lists, catalogues and what goes between orgs come behind the answer. */
export async function eventually<Value>(
  ask: () => Promise<Value> | Value,
  is: (value: Value) => boolean,
  patience_ms = PATIENCE_MS,
): Promise<Value> {
  const end = Date.now() + patience_ms;
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    if (Date.now() > end) throw new Error(`it is still ${JSON.stringify(value)?.slice(0, 500)}`);
    await pause(50);
  }
}
