import { bodyV2, resource } from './x402.js';
import type { PlainAnswer } from './plain-http.js';

/** A listed resource, as far as tests look into it. */
export interface Listed {
  resource: string;
  type: string;
  x402Version: number;
  accepts: Record<string, unknown>[];
  lastUpdated: string;
  extensions: { bazaar: { info: object; schema: object } };
}

/** What a server of the published packages declares for a `GET`, with words by which it is found. */
export function declarationOf(example: object = { celsius: 20 }) {
  return {
    info: {
      input: { type: 'http', method: 'GET', queryParams: { city: 'Berlin' } },
      output: { type: 'json', example },
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
            queryParams: { type: 'object', properties: { city: { type: 'string' } } },
          },
          required: ['type', 'method'],
          additionalProperties: false,
        },
      },
      required: ['input'],
    },
  };
}

/** The body of `/settle` for a token, whose payer echoes what the server of `of` has declared. */
export function declaredBody(
  token: unknown,
  fields: object = {},
  of: object = resource,
  bazaar: unknown = declarationOf(),
) {
  const body = bodyV2(token, fields);
  return { ...body, paymentPayload: { ...body.paymentPayload, resource: of, extensions: { bazaar } } };
}

export function itemsOf({ status, json, text }: PlainAnswer): Listed[] {
  if (status !== 200) throw new Error(text);
  return (json['items'] ?? json['resources']) as Listed[];
}

/** Long enough for what was settled to have been catalogued, if it is. */
export const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));
