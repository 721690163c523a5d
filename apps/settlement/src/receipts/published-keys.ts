import type { SettlementAnswer } from '#contracts';
import type { SettlementParts } from '../ports.js';
import { done } from '../refused.js';
import type { FirstMoment } from './first-moment.js';

/** `GET /.well-known/jwks.json`: the keys of every period from the log's first event to the next one, each with its validity. */
export async function publishedKeys(
  { keys }: Pick<SettlementParts, 'keys'>,
  first: FirstMoment,
  now = Date.now(),
): Promise<SettlementAnswer> {
  return done(keys.jwks(Math.min((await first.read()) ?? now, now), now));
}
