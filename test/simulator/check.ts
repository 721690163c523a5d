export function check(holds: unknown, what: string): void {
  if (!holds) throw new Error(what);
}
