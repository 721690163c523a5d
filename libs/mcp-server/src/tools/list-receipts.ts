import { z } from 'zod';
import { defineTool } from '../tool.js';

export const listReceipts = defineTool({
  name: 'list_receipts',
  title: 'What was paid and refused',
  description:
    'Lists what was paid and refused, the newest first: by your agent and, where you work in a session, in that session and below it. It may be a moment behind: what is left to spend, balance says.',
  input: z.strictObject({
    limit: z.int().min(1).max(200).optional().meta({ description: 'Default: 20.' }),
    cursor: z.string().min(1).optional().meta({ description: 'next_cursor of the page before.' }),
    session_id: z.string().min(1).optional().meta({ description: 'Only what was paid in this session itself.' }),
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
