/** What comes together in one turn of the event loop is sent as one, as Bursar does with commands and with rows. */
export function gathered<Item, Result>(send: (items: Item[]) => Promise<readonly Result[]>) {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  const flush = (): void => {
    const taken = waiting;
    waiting = [];
    send(taken.map(({ item }) => item)).then(
      (results) => taken.forEach(({ resolve }, index) => resolve(results[index]!)),
      (error: unknown) => taken.forEach(({ reject }) => reject(error)),
    );
  };
  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (waiting.push({ item, resolve, reject }) === 1) setImmediate(flush);
    });
}
