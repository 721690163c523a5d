import type { SettlementAnswer, SettlementRequest } from '#contracts';
import type { SettlementParts } from '../ports.js';
import { listedResource } from './listed-resource.js';
import { askedResources } from './resource-query.js';
import { visiblePage } from './visible-page.js';

/** `GET /x402/discovery/resources`, in the order in which they were first catalogued, so that pages hold still. */
export async function listResources(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const { none, ...asked } = askedResources(request);
  const offset = Number(request.parameters?.['offset'] ?? 0);
  const { resources, total } = await visiblePage(parts, request, (org, withheld) =>
    none ? Promise.resolve(NOTHING) : parts.catalogue.list({ ...asked, org, withheld, offset }),
  );
  const pagination = JSON.stringify({ limit: asked.limit, offset, total });
  const body = `{"x402Version":2,"items":[${resources.map(listedResource).join(',')}],"pagination":${pagination}}`;
  return { kind: 'done', outcome: 'ok', body };
}

const NOTHING = { resources: [], total: 0 };
