import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** Asks again and again until it is so: lists, catalogues and what goes between orgs come behind the answer. */
export async function eventually<Value>(
  ask: () => Promise<Value> | Value,
  is: (value: Value) => boolean,
): Promise<Value> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    if (Date.now() > end) throw new Error(`it is still ${JSON.stringify(value)?.slice(0, 500)}`);
    await pause(50);
  }
}
