import { isJsonObject, readJson, SERVICE, type SettlementAnswer, type SettlementRequest } from '#contracts';
import { readServiceDefinition, type ServiceDefinition } from '#paid-services';
import { refuse } from '../../refused.js';
import { requireService } from '../asked-call.js';
import type { ServiceParts } from '../ports.js';
import { administratedOrg } from './administrator.js';
import { doneInJson } from './done-in-json.js';
import { serviceInFull } from './service-text.js';

/** `PUT /v1/services/{name}`: the org's own service, new or anew. It comes before one of the deployment's of the same name. */
export async function defineService(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const org = await administratedOrg(parts, request);
  const name = request.parameters?.['name'] ?? '';
  const definition = readDefinition(parts, request.body, name);
  if (!(await parts.store.put(org, { name, definition: request.body })))
    refuse('service_limit_reached', { scope: { kind: 'organization', id: org } });
  parts.catalogue.forget(org);
  return doneInJson(serviceInFull(await requireService(parts, org, definition.name)));
}

function readDefinition({ upstream }: ServiceParts, text: string, name: string): ServiceDefinition {
  const json = readJson(text);
  if (!json.ok) refuse(json.code, { problems: json.problems });
  if (!isJsonObject(json.value))
    refuse('body_invalid', { problems: [{ field: 'body', message: 'must be a JSON object' }] });
  const read = readServiceDefinition(text);
  if (!read.ok) {
    const problems = read.problems.map(({ line, field, message }) => ({ field, message: `${message} (line ${line})` }));
    return refuse('body_invalid', { problems });
  }
  const { definition } = read;
  const wrong = (field: string, message: string): never => refuse('body_invalid', { problems: [{ field, message }] });
  if (definition.name !== name) wrong('name', `must be ${name}, as in the path`);
  // A template stands in neither scheme nor host nor port.
  if (!upstream.mayCall(new URL(definition.call.url.replace(/\{.*$/s, '')).origin))
    wrong('call.url', 'must be https to a host of the public internet');
  return definition;
}

/** `DELETE /v1/services/{name}`: the org's own definition. What the deployment has of that name is there again. */
export async function removeService(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const org = await administratedOrg(parts, request);
  const name = request.parameters?.['name'] ?? '';
  const removed = SERVICE.test(name) && (await parts.store.remove(org, name));
  parts.catalogue.forget(org);
  if (!removed)
    refuse('service_not_found', {
      scope: { kind: 'service', id: name },
      detail: `The organization has defined no ${name}.`,
    });
  return doneInJson({ name, removed: true });
}
