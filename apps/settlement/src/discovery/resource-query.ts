import type { SettlementRequest } from '#contracts';
import type { ResourceQuery } from '#event-log';
import { BAZAAR, isEvmAddress } from '#x402';

const LIMIT = 20;

/** What a request asks for, whoever asks; the edge has looked at each parameter. */
export type AskedResources = Pick<ResourceQuery, 'type' | 'terms' | 'limit'> & {
  /** By an extension that is listed of no resource. */
  none: boolean;
};

export function askedResources({ parameters = {} }: SettlementRequest): AskedResources {
  const { type, payTo, scheme, network, extensions, limit } = parameters;
  const payee = payTo !== undefined && isEvmAddress(payTo) ? payTo.toLowerCase() : payTo;
  const terms = Object.entries({ payTo: payee, scheme, network }).filter(([, value]) => value !== undefined);
  return {
    type,
    terms: Object.fromEntries(terms) as Record<string, string>,
    limit: limit === undefined ? LIMIT : Number(limit),
    none: extensions !== undefined && extensions !== BAZAAR,
  };
}
