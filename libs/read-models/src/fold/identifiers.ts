const ID = /^[a-z]{3,4}_[0-9a-f]{32}$/;

/** `pay_0190…` → its 32 hex digits, as Postgres takes a uuid. Throws for anything else. */
export function hexOf(id: unknown): string {
  if (typeof id !== 'string' || !ID.test(id)) throw new Error('an id is not <prefix>_<32 hex digits>');
  return id.slice(-32);
}

/** A uuid as Postgres writes it → `pay_0190…`. */
export function idOf(prefix: 'org' | 'agt' | 'ses' | 'pay' | 'req', uuid: string): string {
  return `${prefix}_${uuid.replaceAll('-', '')}`;
}
