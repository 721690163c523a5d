import { isJsonObject, type JsonObject } from '#contracts';
import { readBy } from '../fields.js';
import { discoveryInfoSchema, type BazaarExtension } from './bazaar-extension.js';

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { input: { type: 'object' }, output: { type: 'object' } },
  required: ['input'],
};

/**
 * What v1 says in `outputSchema` of the requirements, as the extension of v2 says it. The names are those that the published packages
 * read. `discoverable: false` takes a resource out; without it a resource is in.
 */
export function bazaarOfOutputSchema(outputSchema: JsonObject | undefined): BazaarExtension | undefined {
  const { input, output } = outputSchema ?? {};
  if (!isJsonObject(input) || input['type'] !== 'http' || !(input['discoverable'] ?? true)) return undefined;
  const method = typeof input['method'] === 'string' ? input['method'].toUpperCase() : '';
  const queryParams = firstObject(input, ['queryParams', 'query_params', 'query', 'params']);
  const headers = firstObject(input, ['headerFields', 'header_fields', 'headers']);
  const read = readBy(discoveryInfoSchema, {
    input: {
      type: 'http',
      method,
      ...(['POST', 'PUT', 'PATCH'].includes(method) ? bodyOf(input) : {}),
      ...(queryParams ? { queryParams } : {}),
      ...(headers ? { headers } : {}),
    },
    ...(output ? { output: { type: 'json', example: output } } : {}),
  });
  return read.ok ? { info: read.value, schema: SCHEMA } : undefined;
}

function bodyOf(input: JsonObject): JsonObject {
  const named = input['bodyType'] ?? input['body_type'];
  const type = typeof named === 'string' ? named.toLowerCase() : '';
  const isForm = type.includes('form') || type.includes('multipart');
  const isText = type.includes('text') || type.includes('plain');
  const body = firstObject(input, ['bodyFields', 'body_fields', 'bodyParams', 'body', 'data', 'properties']) ?? {};
  return { bodyType: isForm ? 'form-data' : isText ? 'text' : 'json', body };
}

function firstObject(input: JsonObject, names: readonly string[]): JsonObject | undefined {
  return names.map((name) => input[name]).find(isJsonObject);
}
