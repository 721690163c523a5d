import type { SettlementAnswer, SettlementRequest } from '#contracts';
import type { SettlementParts } from '../ports.js';
import { listedResource } from './listed-resource.js';
import { askedResources } from './resource-query.js';
import { visiblePage } from './visible-page.js';

/** `GET /x402/discovery/search`: what has most of the words first. The cursor is the place of a page's last. */
export async function searchResources(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const { none, limit, ...asked } = askedResources(request);
  const { query = '', cursor } = request.parameters ?? {};
  const words = query.replace(/[^\p{L}\p{N}]+/gu, ' ');
  const [rank, id] = cursor?.split(':').map(Number) ?? [];
  const after = rank === undefined || id === undefined ? undefined : { rank, id };
  const { resources } = await visiblePage(parts, request, async (org, withheld) => {
    // One more tells whether others follow.
    const limits = { limit: limit + 1, after };
    return { resources: none ? [] : await parts.catalogue.search({ ...asked, ...limits, words, org, withheld }) };
  });
  const page = resources.slice(0, limit);
  const partialResults = resources.length > limit;
  const last = partialResults ? page.at(-1) : undefined;
  const pagination = { limit: page.length, cursor: last ? `${last.rank}:${last.id}` : null };
  const tail = JSON.stringify({ partialResults, pagination }).slice(1);
  const body = `{"x402Version":2,"resources":[${page.map(listedResource).join(',')}],${tail}`;
  return { kind: 'done', outcome: 'ok', body };
}
