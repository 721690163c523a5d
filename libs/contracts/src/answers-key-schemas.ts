import { z } from 'zod';
import { isoTime, position } from './answers-field-schemas.js';

export const keyIssuedSchema = z
  .strictObject({
    key_id: z.string(),
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    role: z.enum(['admin', 'operator', 'orchestrator', 'finance']),
    name: z.string(),
    issued_at: isoTime,
    position,
  })
  .meta({ id: 'KeyIssued' });

export const keysAnswerSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        key_id: z.string(),
        role: z.enum(['admin', 'operator', 'orchestrator', 'finance']),
        name: z.string(),
        revoked: z.boolean(),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'KeyPage' });

export const keyRevokedSchema = z
  .strictObject({ key_id: z.string(), status: z.literal('revoked'), revoked_at: isoTime, position })
  .meta({ id: 'KeyRevoked' });
