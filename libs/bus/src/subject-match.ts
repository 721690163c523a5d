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
