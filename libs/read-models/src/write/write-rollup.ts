import type pg from 'pg';
import type { Figures } from '../fold/figures.js';
import { raiseToAncestors, type SessionPlace } from '../fold/session-tree.js';
import { DIMENSIONS, NO_VALUE, type Dimension, type RollupGroup } from '../fold/rollup-group.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray, textArray } from '../sql/array-text.js';

interface Addition {
  group: RollupGroup;
  dimension: Dimension;
  value: string;
  figures: Figures;
}

/** Adds a batch's sums; `placeOf` knows every session of the batch and its ancestors. */
export async function writeRollup(
  client: pg.ClientBase,
  generation: number,
  groups: Iterable<RollupGroup>,
  placeOf: (session: string) => SessionPlace | undefined,
): Promise<void> {
  const additions: Addition[] = [];
  for (const group of groups) {
    for (const dimension of DIMENSIONS) {
      const rows = dimension === 'session' ? raised(group.values.session, placeOf) : group.values[dimension];
      for (const [value, figures] of rows) additions.push({ group, dimension, value, figures });
    }
  }
  if (additions.length === 0) return;
  await client.query({
    name: `bursar_add_rollup_${generation}`,
    text: `
      insert into ${tableOf('rollup', generation)} as r
        (org, dimension, value, day, asset, spent, held, earned, refunded, payments, declined)
      select a.org, a.dimension, a.value, date '1970-01-01' + a.day, a.asset,
        a.spent, a.held, a.earned, a.refunded, a.payments, a.declined
      from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::numeric[], $7::numeric[],
        $8::numeric[], $9::numeric[], $10::bigint[], $11::bigint[])
        as a(org, dimension, value, day, asset, spent, held, earned, refunded, payments, declined)
      on conflict (org, dimension, value, day, asset) do update set
        spent = r.spent + excluded.spent,
        held = r.held + excluded.held,
        earned = r.earned + excluded.earned,
        refunded = r.refunded + excluded.refunded,
        payments = r.payments + excluded.payments,
        declined = r.declined + excluded.declined`,
    values: [
      plainArray(additions.map(({ group }) => group.org)),
      plainArray(additions.map(({ dimension }) => dimension)),
      textArray(additions.map(({ value }) => value)),
      plainArray(additions.map(({ group }) => group.day)),
      textArray(additions.map(({ group }) => group.asset)),
      plainArray(additions.map(({ figures }) => figures.spent)),
      plainArray(additions.map(({ figures }) => figures.held)),
      plainArray(additions.map(({ figures }) => figures.earned)),
      plainArray(additions.map(({ figures }) => figures.refunded)),
      plainArray(additions.map(({ figures }) => figures.payments)),
      plainArray(additions.map(({ figures }) => figures.declined)),
    ],
  });
}

function raised(
  leaves: ReadonlyMap<string, Figures>,
  placeOf: (session: string) => SessionPlace | undefined,
): Map<string, Figures> {
  const outside = leaves.get(NO_VALUE);
  const inside = new Map([...leaves].filter(([session]) => session !== NO_VALUE));
  const sums = raiseToAncestors(inside, placeOf);
  if (outside) sums.set(NO_VALUE, outside);
  return sums;
}
