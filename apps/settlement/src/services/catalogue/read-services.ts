import type { SettlementAnswer, SettlementRequest } from '#contracts';
import { requireService } from '../asked-call.js';
import type { ServiceParts } from '../ports.js';
import { doneInJson } from './done-in-json.js';
import { verifiedOrg } from './administrator.js';
import { serviceInFull, serviceSummary } from './service-text.js';

/** `GET /v1/services`: every service that the org can call, by name. */
export async function listServices(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const services = await parts.catalogue.services(await verifiedOrg(parts, request));
  const byName = [...services.values()].toSorted((one, other) =>
    one.definition.name < other.definition.name ? -1 : 1,
  );
  return doneInJson({ services: byName.map(serviceSummary) });
}

/** `GET /v1/services/{name}`. */
export async function showService(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const org = await verifiedOrg(parts, request);
  return doneInJson(serviceInFull(await requireService(parts, org, request.parameters?.['name'] ?? '')));
}
