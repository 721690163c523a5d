/** Names that somebody who wrote `name` may have meant, the nearest first: at most three, none that is far off. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const asked = name.slice(0, 128).toLowerCase();
  const ranked = names.map((one) => ({ one, distance: distanceOf(asked, one.toLowerCase()) }));
  const near = ranked.filter(
    ({ one, distance }) => distance <= Math.max(1, Math.floor(Math.min(one.length, asked.length) / 3)),
  );
  near.sort((left, right) => left.distance - right.distance || (left.one < right.one ? -1 : 1));
  return near.slice(0, 3).map(({ one }) => one);
}

/** How many letters have to change (Levenshtein); 1 where one is a part of the other, as `image` is of `openai-image`. */
function distanceOf(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length >= 3 && right.length >= 3 && (left.includes(right) || right.includes(left))) return 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const change = left[at - 1] === right[to - 1] ? 0 : 1;
      next.push(Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + change));
    }
    row = next;
  }
  return row[right.length]!;
}
