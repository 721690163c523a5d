import { readRequest, readRequestValue, type SettlementRequest } from '#contracts';
import type { z } from 'zod';
import { refuse } from './refused.js';

/** Reads the body by its schema, or refuses and names every field that is wrong. */
export function readBody<Schema extends z.ZodType>(
  { body, value }: SettlementRequest,
  schema: Schema,
): z.output<Schema> {
  const read = value === undefined ? readRequest(schema, body) : readRequestValue(schema, value);
  return read.ok ? read.value : refuse(read.code, { problems: read.problems });
}

/** The text that a request was read of; empty where it is a part of a text, which says nothing of it. */
export function textOf({ body, value }: SettlementRequest): string {
  return value === undefined ? body : '';
}

/** The key of a request, which may stand in the header, in the body, or the same in both. */
export function keyOf({ key }: SettlementRequest, inBody: string | undefined): string | undefined {
  if (key !== undefined && inBody !== undefined && key !== inBody) {
    const message = 'must be the same as idempotency_key in the body';
    refuse('header_invalid', { problems: [{ field: 'Idempotency-Key', message }] });
  }
  return key ?? inBody;
}
