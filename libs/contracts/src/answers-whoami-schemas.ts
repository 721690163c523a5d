import { z } from 'zod';
import { agentSpendSchema } from './answers-agent-schemas.js';
import { sessionSchema } from './answers-session-schemas.js';

export const whoamiSchema = z
  .strictObject({
    kind: z.enum(['key', 'agent', 'session']),
    id: z.string().meta({ description: 'Of the key, agent or session whose token this is.' }),
    org_id: z.string(),
    role: z.enum(['admin', 'operator', 'orchestrator', 'finance']).nullable().meta({ description: 'Of an org key.' }),
    agent: agentSpendSchema
      .nullable()
      .meta({ description: 'Who pays with it, and what is left; null for an org key.' }),
    session: sessionSchema
      .nullable()
      .meta({ description: 'What a session token narrows the caller to, without what is below it.' }),
  })
  .meta({ id: 'Whoami' });
