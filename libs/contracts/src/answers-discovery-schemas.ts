import { z } from 'zod';

const discoveredResource = z
  .strictObject({
    resource: z.string().meta({ description: 'Its address, with the template of its route where there is one.' }),
    type: z.enum(['http', 'mcp']),
    x402Version: z.union([z.literal(1), z.literal(2)]),
    accepts: z.array(z.looseObject({})).meta({ description: 'The terms on which it was paid here, the newest first.' }),
    lastUpdated: z.iso.datetime().meta({ description: 'When a payment for it settled last.' }),
    description: z.string().optional(),
    mimeType: z.string().optional(),
    serviceName: z.string().optional(),
    tags: z.array(z.string()).optional(),
    iconUrl: z.string().optional(),
    extensions: z
      .looseObject({})
      .meta({ description: 'bazaar: how it is called, in info, and the schema that its server declares.' }),
  })
  .meta({ id: 'DiscoveredResource' });

/** As the published clients of x402 read it. */
export const discoveryListSchema = z
  .strictObject({
    x402Version: z.literal(2),
    items: z.array(discoveredResource),
    pagination: z.strictObject({ limit: z.int(), offset: z.int(), total: z.int() }),
  })
  .meta({ id: 'DiscoveryList' });

export const discoverySearchSchema = z
  .strictObject({
    x402Version: z.literal(2),
    resources: z.array(discoveredResource),
    partialResults: z.boolean().meta({ description: 'More were found than this page shows.' }),
    pagination: z.strictObject({ limit: z.int(), cursor: z.string().nullable() }),
  })
  .meta({ id: 'DiscoverySearch' });
