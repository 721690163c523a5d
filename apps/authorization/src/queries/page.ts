/**
 * The first items of a table that follow the id `after`, in order of their ids; in one pass and little memory, since a
 * table may hold a hundred thousand.
 */
export function pageAfter<Item extends { id: string }>(
  items: Iterable<Item>,
  after: string | undefined,
  limit: number,
): { page: Item[]; more: boolean } {
  const page: Item[] = [];
  let more = false;
  for (const item of items) {
    if (after !== undefined && item.id <= after) continue;
    if (page.length === limit) {
      more = true;
      if (item.id > page[limit - 1]!.id) continue;
      page.pop();
    }
    page.splice(placeOf(page, item.id), 0, item);
  }
  return { page, more };
}

function placeOf(page: readonly { id: string }[], id: string): number {
  let low = 0;
  let high = page.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (page[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
