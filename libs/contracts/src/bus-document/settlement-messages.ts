import { z } from 'zod';

/** What a gateway asks of settlement: the call is in the subject, the rest as the caller gave it. */
export const settlementRequestSchema = z
  .strictObject({
    caller: z
      .strictObject({
        org: z.string(),
        credential: z.looseObject({}).meta({ description: 'What the book’s owner knows it by.' }),
        session_id: z.string().optional(),
        agent_id: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Absent where the call is open to everybody.' }),
    fresh_id: z.string().meta({ description: 'Of the request: copies of it are one.' }),
    key: z.string().optional().meta({ description: 'The header Idempotency-Key.' }),
    deadline: z.int().meta({ description: 'Milliseconds since the epoch.' }),
    parameters: z.record(z.string(), z.string()).optional().meta({ description: 'Of path and query.' }),
    body: z.string().meta({ description: 'As it came over HTTP.' }),
  })
  .meta({ id: 'SettlementRequest' });

export const settlementAnswerSchema = z
  .union([
    z.strictObject({
      kind: z.literal('done'),
      outcome: z
        .string()
        .meta({ description: 'How the answer turned out; the gateway knows which HTTP status that is.' }),
      body: z.string().meta({ description: 'Goes out over HTTP; where parts follow, they follow on it.' }),
      content_type: z.string().optional().meta({ description: 'Where the body is no JSON.' }),
      is_unknown: z.literal(true).optional(),
      retry_after_ms: z.int().optional(),
      if_broken: z
        .strictObject({ after_ms: z.int(), text: z.string() })
        .optional()
        .meta({ description: 'Said to the caller where the parts break off, as after so long a silence.' }),
    }),
    z.looseObject({ kind: z.enum(['problem', 'refused', 'unavailable']) }),
  ])
  .meta({ id: 'SettlementAnswer' });

export const partSchema = z.string().meta({
  id: 'SettlementPart',
  description: 'At most 8,192 characters; the parts put together are the rest of the body.',
});

export const takenSchema = z.string().meta({
  id: 'SettlementPartsTaken',
  description: 'How many parts were taken, the head among them; or `stop`: no more is wanted.',
});
