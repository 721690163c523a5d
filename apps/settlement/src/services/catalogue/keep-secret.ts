import { SERVICE, serviceSecretSchema, type SettlementAnswer, type SettlementRequest } from '#contracts';
import { readSecret } from '#paid-services';
import { refuse } from '../../refused.js';
import { readBody } from '../../requests.js';
import { requireService } from '../asked-call.js';
import type { ServiceParts } from '../ports.js';
import { administratedOrg } from './administrator.js';
import { doneInJson } from './done-in-json.js';
import { secretPlace } from './service-catalogue.js';
import { serviceSummary } from './service-text.js';

/** `PUT /v1/services/{name}/secret`: kept encrypted, and never given out again. */
export async function keepSecret(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const org = await administratedOrg(parts, request);
  const { secret } = readBody(request, serviceSecretSchema);
  const name = request.parameters?.['name'] ?? '';
  const { definition } = await requireService(parts, org, name);
  const read = readSecret(definition, secret);
  if (!read.ok) return refuse('body_invalid', { problems: read.problems });
  const encrypted = parts.secretBox.encrypt(JSON.stringify(read.secret), secretPlace(org, name));
  await parts.store.keepSecret(org, name, encrypted);
  parts.catalogue.forget(org);
  return doneInJson(serviceSummary(await requireService(parts, org, name)));
}

/** `DELETE /v1/services/{name}/secret`: the deployment's serves again, where it has one. */
export async function removeSecret(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const org = await administratedOrg(parts, request);
  const name = request.parameters?.['name'] ?? '';
  const removed = SERVICE.test(name) && (await parts.store.removeSecret(org, name));
  parts.catalogue.forget(org);
  if (!removed)
    refuse('service_not_found', {
      scope: { kind: 'service', id: name },
      detail: `The organization has no secret for ${name}.`,
    });
  return doneInJson({ name, removed: true });
}
