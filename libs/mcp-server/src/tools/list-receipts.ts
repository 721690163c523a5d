import { z } from 'zod';
import { defineTool } from '../tool.js';

export const listReceipts = defineTool({
  name: 'list_receipts',
  title: 'What was paid and refused',
  description:
    'Lists what your agent paid and what it was refused, the newest first. It may be a moment behind: what is left to spend, balance says.',
  input: z.strictObject({
    limit: z.int().min(1).max(200).optional().meta({ description: 'Default: 20.' }),
    cursor: z.string().min(1).optional().meta({ description: 'next_cursor of the page before.' }),
    session_id: z.string().min(1).optional(),
    label: z.string().min(1).optional(),
    from: z.string().min(1).optional().meta({ description: 'A day such as 2026-01-31, or a time with its zone.' }),
    to: z.string().min(1).optional(),
  }),
  output: z.looseObject({
    receipts: z.array(
      z.looseObject({ receipt_id: z.string(), status: z.string(), amount: z.string(), currency: z.string() }),
    ),
    next_cursor: z.string().nullable(),
  }),
  reads_only: true,
  run: (query, { client, signal }) => client.receipts.list({ limit: 20, ...query }, { signal }),
});
