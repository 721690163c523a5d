import { isJsonObject, type JsonObject, writeJson } from '#contracts';
import { X402_BOUNDS } from '../bounds.js';
import type { FacilitatorRequest } from '../facilitator-request.js';
import { isEvmAddress } from '../rails.js';
import { BAZAAR, readBazaarExtension, type BazaarExtension, type ResourceType } from './bazaar-extension.js';
import { bazaarOfOutputSchema } from './output-schema-v1.js';
import { isRouteTemplate, resourceAddress } from './resource-address.js';

/** A paid resource as a catalogue lists it. Nothing of the payer's is in it. */
export interface DiscoverableResource {
  resource: string;
  type: ResourceType;
  /** What tells resources of one address apart: the method, or the name of the tool. */
  variant: string;
  x402_version: 1 | 2;
  /** The terms on which it was paid, in the form of its wire. */
  accepts: JsonObject;
  /** All else that is listed, as the text of a JSON object. */
  details: string;
  /** The words by which it is found. */
  words: string;
}

/** Where a request declares a resource: whose address it is, before anything of it is believed. */
export interface DeclaredResource {
  resource: string;
  /** The same for all requests that declare this resource. */
  name: string;
}

/** Whether the request declares anything at all: cheap, since it is asked at every settlement. */
export function declaredResource(request: FacilitatorRequest): DeclaredResource | undefined {
  const declared = request.wire === 2 ? request.extensions?.[BAZAAR] : request.requirements['outputSchema'];
  if (!isJsonObject(declared) || request.resource === undefined) return undefined;
  const template = request.wire === 2 ? declared['routeTemplate'] : undefined;
  const resource = resourceAddress(request.resource, template);
  if (resource === undefined) return undefined;
  const { input } = isJsonObject(declared['info']) ? declared['info'] : declared;
  const { method, toolName } = isJsonObject(input) ? input : {};
  const named = [method, toolName].map((one) => (typeof one === 'string' ? one.slice(0, 256) : ''));
  return { resource, name: JSON.stringify([resource, ...named]) };
}

/**
 * What is listed of the resource that a settled request paid for; undefined where its declaration is none, or too large. `amount` is
 * what its payer agreed to, in atomic units, since a part of it may have been charged.
 */
export function discoverableResource(request: FacilitatorRequest, amount: string): DiscoverableResource | undefined {
  const declared = declaredResource(request);
  const bazaar = declared && bazaarOf(request);
  if (!bazaar) return undefined;
  const { resource } = declared;
  const { type, method, toolName } = bazaar.info.input;
  const words = wordsOf(request);
  const template = request.extensions?.[BAZAAR];
  const routeTemplate = isJsonObject(template) ? template['routeTemplate'] : undefined;
  const details = writeJson({
    ...words,
    extensions: { [BAZAAR]: { ...bazaar, ...(isRouteTemplate(routeTemplate) ? { routeTemplate } : {}) } },
  });
  const accepts = acceptsOf(request, resource, amount);
  const { description, serviceName, tags = [] } = words;
  const found = [resource, toolName, bazaar.info.input['description'], description, serviceName, ...tags];
  const listed: DiscoverableResource = {
    resource,
    type,
    variant: (type === 'mcp' ? toolName : method) ?? '',
    x402_version: request.wire,
    accepts,
    details,
    words: found
      .filter((one) => typeof one === 'string')
      .join(' ')
      .replace(/[^\p{L}\p{N}]+/gu, ' '),
  };
  return fitsListing(listed, [accepts]) ? listed : undefined;
}

/** Whether a listing is small enough for a page of many, which travels as text within a text. */
export function fitsListing(
  { resource, details }: Pick<DiscoverableResource, 'resource' | 'details'>,
  accepts: readonly object[],
): boolean {
  const text = JSON.stringify(`${resource}${details}${JSON.stringify(accepts)}`);
  return Buffer.byteLength(text) <= X402_BOUNDS.listing.bytes;
}

function bazaarOf({ wire, extensions, requirements }: FacilitatorRequest): BazaarExtension | undefined {
  if (wire === 2) return readBazaarExtension(extensions?.[BAZAAR]);
  return bazaarOfOutputSchema(requirements['outputSchema'] as JsonObject | undefined);
}

interface Words {
  description?: string | undefined;
  mimeType?: string | undefined;
  serviceName?: string | undefined;
  tags?: string[] | undefined;
  iconUrl?: string | undefined;
}

function wordsOf({ wire, requirements, resource_info }: FacilitatorRequest): Words {
  if (wire === 1) {
    const { description, mimeType } = requirements as Words;
    return { ...(description ? { description } : {}), ...(mimeType ? { mimeType } : {}) };
  }
  const { description, mimeType, serviceName, tags, iconUrl }: Words = resource_info ?? {};
  const isIcon = iconUrl !== undefined && resourceAddress(iconUrl, undefined) !== undefined;
  return { description, mimeType, serviceName, tags, ...(isIcon ? { iconUrl } : {}) };
}

/** Addresses differ in the case of their letters only by a checksum. */
function oneCase(name: string): string {
  return isEvmAddress(name) ? name.toLowerCase() : name;
}

/** What `extra` may show. Anything else there may be of one payment alone, such as its nonce. */
const EXTRA = ['paymentFlow', 'assetTransferMethod', 'name', 'version'];

function acceptsOf(request: FacilitatorRequest, resource: string, amount: string): JsonObject {
  const { wire, scheme, network, payee, timeout_seconds, requirements } = request;
  const given = isJsonObject(requirements['extra']) ? requirements['extra'] : {};
  const extra = Object.fromEntries(
    EXTRA.flatMap((field) => (typeof given[field] === 'string' ? [[field, given[field]]] : [])),
  );
  return {
    scheme,
    network,
    [wire === 2 ? 'amount' : 'maxAmountRequired']: amount,
    asset: oneCase(String(requirements['asset'])),
    payTo: oneCase(payee),
    maxTimeoutSeconds: timeout_seconds,
    ...(wire === 1 ? { resource, description: requirements['description'] } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}
