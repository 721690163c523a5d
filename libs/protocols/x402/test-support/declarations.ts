import type { JsonObject } from '#contracts';
import type { FacilitatorRequest } from '../src/facilitator-request.js';
import { verifyRequest } from '../src/verify-request.js';
import { rails, requirements, requirementsV1, resource, wire } from './envelopes.js';

/** What a server of the published packages declares for `GET`, once it has met a request. */
export const declaration = {
  info: {
    input: { type: 'http', method: 'GET', queryParams: { city: 'Berlin' } },
    output: { type: 'json', example: { celsius: 20 } },
  },
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      input: {
        type: 'object',
        properties: {
          type: { type: 'string', const: 'http' },
          method: { type: 'string', enum: ['GET'] },
          queryParams: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          pathParams: { type: 'object' },
        },
        required: ['type', 'method'],
        additionalProperties: false,
      },
      output: {
        type: 'object',
        properties: { type: { type: 'string' }, example: { type: 'object' } },
        required: ['type'],
      },
    },
    required: ['input'],
  },
};

export const tool = {
  info: {
    input: { type: 'mcp', toolName: 'forecast', description: 'Tells the weather', inputSchema: { type: 'object' } },
  },
  schema: { type: 'object', properties: { input: { type: 'object', required: ['toolName'] } }, required: ['input'] },
};

/** A request to settle in v2 whose payer echoes these extensions. */
export function declaring(extensions: unknown, fields: object = {}, of: object = resource): FacilitatorRequest {
  const accepted = { ...requirements, ...fields };
  const paymentPayload = { x402Version: 2, resource: of, accepted, payload: { token: 'a.b.c' }, extensions };
  return read({ x402Version: 2, paymentPayload, paymentRequirements: accepted });
}

/** In v1, where the server's requirements say it. */
export function declaringV1(outputSchema: unknown, fields: object = {}): FacilitatorRequest {
  const { scheme, network } = requirementsV1;
  const paymentPayload = { x402Version: 1, scheme, network, payload: { token: 'a.b.c' } };
  return read({ x402Version: 1, paymentPayload, paymentRequirements: { ...requirementsV1, outputSchema, ...fields } });
}

function read(call: JsonObject): FacilitatorRequest {
  const verified = verifyRequest(wire(call), 'settle', rails);
  if (!verified.ok) throw new Error(JSON.stringify(verified.problems));
  return verified.request;
}
