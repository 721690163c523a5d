import { z } from 'zod';
import { currency, decimalText, isoTime, position } from './answers-field-schemas.js';

const reportFigures = {
  currency,
  spent: decimalText,
  held: decimalText,
  earned: decimalText,
  refunded: decimalText,
  payments: z.int(),
  declined: z.int(),
};

const rowValue = z.string().nullable().optional();

export const spendReportSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        agent: rowValue,
        agent_id: rowValue,
        handle: rowValue,
        label: rowValue,
        session: rowValue,
        session_id: rowValue,
        parent_session_id: rowValue,
        service: rowValue,
        protocol: rowValue,
        counterparty: rowValue,
        counterparty_handle: rowValue,
        day: z.string().optional(),
        ...reportFigures,
      }),
    ),
    total: z.strictObject(reportFigures).meta({ description: 'In USD: each payment once.' }),
    totals: z.array(z.strictObject(reportFigures)).meta({ description: 'One for each currency that occurs.' }),
    position: position.meta({ description: 'What the report reflects of the log.' }),
    as_of: isoTime.meta({ description: 'Everything decided until then is in it.' }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'SpendReport' });
