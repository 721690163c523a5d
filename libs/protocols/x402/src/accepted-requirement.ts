import { isJsonObject, type FieldProblem, type JsonObject } from '#contracts';
import { MAXIMUM_UNITS } from '#domain';
import type { z } from 'zod';
import { readBy } from './fields.js';
import {
  findAsset,
  findRail,
  findScheme,
  flowOf,
  type PaymentFlow,
  type Rail,
  type RailAsset,
  type Scheme,
} from './rails.js';

export interface Chosen<Requirement> {
  requirement: Requirement;
  offered: JsonObject;
  at: string;
  scheme: Scheme;
  flow: PaymentFlow;
  asset: RailAsset;
}

export type Choice<Requirement> =
  { ok: true; chosen: Chosen<Requirement> } | { ok: false; none: boolean; problems: FieldProblem[] };

/**
 * The first of `accepts` that can be paid here: a network, scheme, flow and asset of ours. Those of other rails are passed over
 * unread; one on our own rail that is malformed refuses the challenge, since whoever wrote it meant us.
 */
export function chooseAccepted<Schema extends z.ZodType<{ asset: string; extra?: JsonObject | undefined }>>(
  schema: Schema,
  accepts: readonly JsonObject[],
  rails: readonly Rail[],
): Choice<z.output<Schema>> {
  for (const [index, offered] of accepts.entries()) {
    const rail = findRail(rails, offered['network']);
    const scheme = rail && findScheme(rail, offered['scheme']);
    if (!rail || !scheme) continue;
    const extra = offered['extra'];
    const flow = flowOf(isJsonObject(extra) ? extra : undefined);
    if (!flow) continue;
    const at = `accepts[${index}]`;
    const read = readBy(schema, offered, at);
    if (!read.ok) return { ok: false, none: false, problems: read.problems };
    const asset = findAsset(rail, read.value.asset);
    if (asset) return { ok: true, chosen: { requirement: read.value, offered, at, scheme, flow, asset } };
  }
  const message = 'offers no network, scheme, payment flow and asset that is paid here';
  return { ok: false, none: true, problems: [{ field: 'accepts', message }] };
}

/** What is wrong with an amount that is to be paid, or undefined. */
export function amountFault(amount: bigint): string | undefined {
  if (amount === 0n) return 'must be more than 0';
  return amount > MAXIMUM_UNITS ? 'is too large' : undefined;
}
