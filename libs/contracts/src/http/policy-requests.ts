import { z } from 'zod';
import { handleField, idField } from './fields.js';
import { limitsField } from './limit-request.js';
import { listsField } from './list-request.js';
import { timeField } from './queries.js';

/** A draft to run against recorded payments; nothing is set by it. */
export const simulatePolicySchema = z
  .strictObject({
    agent_id: handleField.optional().meta({
      description: 'Whose draft it is: of this agent and all below it. Without it and `session_id`: of the whole org.',
    }),
    session_id: idField.optional().meta({ description: 'Or of this session and all below it.' }),
    limits: limitsField.optional(),
    lists: listsField.optional(),
    from: timeField.meta({ description: 'Payments decided from here on are judged.' }),
    to: timeField.optional().meta({ description: 'Up to, and not with; default: now.' }),
  })
  .superRefine(({ agent_id, session_id, limits, lists, from, to }, context) => {
    if (agent_id !== undefined && session_id !== undefined)
      context.addIssue({ code: 'custom', path: ['session_id'], message: 'or agent_id may be given, not both' });
    if (limits === undefined && lists === undefined)
      context.addIssue({ code: 'custom', path: ['limits'], message: 'or lists must be given' });
    if (to !== undefined && to <= from)
      context.addIssue({ code: 'custom', path: ['to'], message: 'must be later than from' });
  })
  .meta({ id: 'SimulatePolicyRequest' });
