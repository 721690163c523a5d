/** True where some subject matches both patterns (`*` one token, `>` one or more at the end). */
export function subjectsOverlap(left: string, right: string): boolean {
  const leftTokens = left.split('.');
  const rightTokens = right.split('.');
  for (let index = 0; ; index++) {
    const one = leftTokens[index];
    const other = rightTokens[index];
    if (one === undefined || other === undefined) return one === other;
    if (one === '>' || other === '>') return true;
    if (one !== other && one !== '*' && other !== '*') return false;
  }
}

/** True where every subject that `narrow` matches is matched by `wide` too. */
export function subjectCovers(wide: string, narrow: string): boolean {
  const wideTokens = wide.split('.');
  const narrowTokens = narrow.split('.');
  for (let index = 0; ; index++) {
    const outer = wideTokens[index];
    const inner = narrowTokens[index];
    if (outer === '>') return inner !== undefined;
    if (outer === undefined || inner === undefined) return outer === inner;
    if (inner === '>') return false;
    if (outer !== '*' && outer !== inner) return false;
  }
}
