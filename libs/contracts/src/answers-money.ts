import { formatAmount, isAsset, type Asset } from '#domain';

/** Units as text, as they stand in events and views, to the decimal string of an answer. */
export function decimal(units: string, asset: string): string {
  if (!isAsset(asset)) throw new Error(`No such asset: ${asset}`);
  return formatAmount(BigInt(units), asset);
}

export function decimalOf(units: bigint, asset: Asset): string {
  return formatAmount(units, asset);
}

/**
 * Agents, sessions and spend answer with JSON numbers, since their callers compare and add them. Sums can pass 2^53 smallest
 * units, where a double no longer holds every digit, so the exact decimal string stands beside each one.
 */
export function numberWithTwin<Name extends string>(
  name: Name,
  units: string,
  asset: string,
): Record<Name, number> & Record<`${Name}_exact`, string> {
  const exact = decimal(units, asset);
  return { [name]: Number(exact), [`${name}_exact`]: exact } as Record<Name, number> & Record<`${Name}_exact`, string>;
}

/** The same where there may be no such figure: both are null then. */
export function nullableNumberWithTwin<Name extends string>(
  name: Name,
  units: string | undefined,
  asset: string,
): Record<Name, number | null> & Record<`${Name}_exact`, string | null> {
  if (units !== undefined) return numberWithTwin(name, units, asset);
  return { [name]: null, [`${name}_exact`]: null } as Record<Name, null> & Record<`${Name}_exact`, null>;
}

/** ISO 8601, or null where there is no such time. */
export function isoTime(milliseconds: number | null | undefined): string | null {
  return milliseconds === undefined || milliseconds === null ? null : new Date(milliseconds).toISOString();
}
