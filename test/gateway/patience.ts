/** Reads again and again, for 20 s, until what is read is as it should be. */
export async function until<Value>(
  read: () => Promise<Value> | Value,
  holds: (value: Value) => boolean,
): Promise<Value> {
  for (let tries = 0; tries < 400; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await pause(50);
  }
  throw new Error('It does not come to hold');
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
