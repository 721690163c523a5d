import { z } from 'zod';
import { isoTime, position } from './answers-field-schemas.js';

export const eventsAnswerSchema = z
  .strictObject({
    events: z.array(
      z.strictObject({
        id: z.string(),
        position,
        type: z.string(),
        time: isoTime,
        event: z.record(z.string(), z.unknown()).meta({
          description: 'As recorded, less hashes of credentials: amounts in smallest units, times in milliseconds.',
        }),
      }),
    ),
    next_cursor: z.string().nullable(),
    position,
  })
  .meta({ id: 'EventPage' });

export const integrityAnswerSchema = z
  .strictObject({
    status: z.enum(['whole', 'broken', 'verifying']),
    events: z.int().optional(),
    position: position.nullable().meta({ description: 'Up to where the log was verified.' }),
    head: position.optional(),
    hash: z.string().nullable().optional().meta({ description: 'SHA-256 of the chain at that position.' }),
    faults: z.array(z.strictObject({ position, kind: z.string(), detail: z.string() })).optional(),
    verified_at: isoTime.optional(),
  })
  .meta({ id: 'Integrity' });
