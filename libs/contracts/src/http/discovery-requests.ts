import { z } from 'zod';
import { rule } from './fields.js';

const LIMIT_RULE = 'must be a whole number from 1 to 100';
const OFFSET_RULE = 'must be a whole number from 0 to 100000';
const NAME_RULE = 'must be 1 to 128 printable characters without a space';
const QUERY_RULE = 'must be a text of 1 to 200 characters';
const CURSOR_RULE = 'must be a cursor that an answer gave';

const name = (description: string) =>
  z
    .string(rule(NAME_RULE))
    .regex(/^[\x21-\x7e]{1,128}$/, { error: NAME_RULE })
    .optional()
    .meta({ description });

const shared = {
  type: name('The protocol by which the resource is called: http or mcp.'),
  payTo: name('The payee, as the terms name him.'),
  scheme: name('The scheme of the terms.'),
  network: name('The network of the terms.'),
  extensions: name('An extension that is listed with the resource: bazaar.'),
  limit: z
    .string(rule(LIMIT_RULE))
    .regex(/^([1-9]\d?|100)$/, { error: LIMIT_RULE })
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 100, description: 'Default: 20.' }),
};

/** `GET /x402/discovery/resources`. */
export const discoveryListQuerySchema = z
  .strictObject({
    ...shared,
    offset: z
      .string(rule(OFFSET_RULE))
      .regex(/^(\d{1,5}|100000)$/, { error: OFFSET_RULE })
      .optional()
      .meta({ type: 'integer', minimum: 0, maximum: 100_000 }),
  })
  .meta({ id: 'DiscoveryListQuery' });

/** `GET /x402/discovery/search`. */
export const discoverySearchQuerySchema = z
  .strictObject({
    query: z
      .string(rule(QUERY_RULE))
      .regex(/^.{1,200}$/su, { error: QUERY_RULE })
      .meta({ description: 'Words; what has most of them comes first.' }),
    ...shared,
    cursor: z
      .string(rule(CURSOR_RULE))
      .regex(/^\d{1,3}(\.\d{1,20})?(e-\d{1,3})?:\d{1,15}$/, { error: CURSOR_RULE })
      .optional(),
  })
  .meta({ id: 'DiscoverySearchQuery' });

export type DiscoveryListQuery = z.output<typeof discoveryListQuerySchema>;
export type DiscoverySearchQuery = z.output<typeof discoverySearchQuerySchema>;
