import { writeJson } from '#contracts';
import type { JsonObject } from '#contracts';
import { z } from 'zod';
import { X402_BOUNDS } from '../bounds.js';
import { objectField, objectOf, orAbsent, readBy, wordsField } from '../fields.js';
import { fitsDeclaredSchema } from './declared-schema.js';

/** The extension by which a server declares how its resource is called, and that it may be listed. */
export const BAZAAR = 'bazaar';

export type ResourceType = 'http' | 'mcp';

/** How a resource is called. Names that the published packages do not know are left out: whoever echoes may add some. */
export interface DiscoveryInfo {
  input: { type: ResourceType; method?: string | undefined; toolName?: string | undefined } & JsonObject;
  output?: JsonObject | undefined;
}

export interface BazaarExtension {
  info: DiscoveryInfo;
  schema: JsonObject;
}

const BODY_METHODS = ['POST', 'PUT', 'PATCH'];
const METHODS = ['GET', 'HEAD', 'DELETE', ...BODY_METHODS] as const;
const name = wordsField(X402_BOUNDS.listing.name_characters, 1);

/** `pathParams` is not read: under a route's template it holds what this payer asked for. */
const httpInput = objectOf({
  type: z.literal('http'),
  method: orAbsent(z.enum(METHODS)),
  queryParams: orAbsent(objectField),
  headers: orAbsent(objectField),
  bodyType: orAbsent(z.enum(['json', 'form-data', 'text'])),
  body: orAbsent(objectField),
}).refine(
  ({ method, bodyType }) => bodyType === undefined || method === undefined || BODY_METHODS.includes(method),
  'has a body that its method has not',
);

const mcpInput = objectOf({
  type: z.literal('mcp'),
  toolName: name,
  description: orAbsent(wordsField(X402_BOUNDS.description_characters)),
  transport: orAbsent(z.enum(['streamable-http', 'sse'])),
  inputSchema: objectField,
  example: orAbsent(objectField),
});

export const discoveryInfoSchema = objectOf({
  input: z.union([httpInput, mcpInput]),
  output: orAbsent(objectOf({ type: orAbsent(name), format: orAbsent(name), example: z.unknown() })),
});

const extensionSchema = objectOf({ info: objectField, schema: objectField });

/** The declaration, where it keeps its bounds, says what the protocol asks, and fits the schema that it brings along. */
export function readBazaarExtension(value: unknown): BazaarExtension | undefined {
  const read = readBy(extensionSchema, value);
  if (!read.ok || writeJson(read.value).length > X402_BOUNDS.listing.bytes) return undefined;
  const info = readBy(discoveryInfoSchema, read.value.info);
  if (!info.ok || !fitsDeclaredSchema(read.value.info, read.value.schema)) return undefined;
  return { info: info.value, schema: read.value.schema };
}
