/** Asks until it is so: lists, catalogues and what goes between orgs come behind the answer. */
export async function eventually<Value>(ask: () => Promise<Value>, is: (value: Value) => boolean): Promise<Value> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    if (Date.now() > end) throw new Error(`it is still ${JSON.stringify(value).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
