import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { z } from 'zod';
import { inputSchema, propertiesOf, schemaReference } from './schemas.js';

export interface Description {
  summary: string;
  /** The heading under which the document shows it. */
  area: string;
  /** Schema of the body. */
  body?: z.ZodType;
  bodyIsOptional?: true;
  query?: z.ZodType;
  /** Names in the path and what they are. */
  path?: Readonly<Record<string, string>>;
  /** What it answers when all is well: text where it is no JSON. */
  answers: Readonly<Record<number, z.ZodType | string>>;
  /** It takes the header Idempotency-Key. */
  keyed?: true;
  /** It takes no credential. */
  open?: true;
}

const KEY = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same key gives the same answer for ever. May stand in the body as idempotency_key instead.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const SESSION = {
  name: 'Bursar-Session',
  required: false,
  description: 'A session token beside a key or an agent token: narrows the caller to that session.',
  schema: { type: 'string' },
};

const TRACE = { name: 'traceparent', required: false, description: 'Echoed.', schema: { type: 'string' } };

/** Everything that the OpenAPI document says of one call. */
export function describe(description: Description): MethodDecorator {
  const { summary, area, body, query, path, answers, keyed, open } = description;
  return applyDecorators(
    ApiOperation({ summary }),
    ApiTags(area),
    ...(open ? [] : [ApiBearerAuth('bearer'), ApiHeader(SESSION)]),
    ApiHeader(TRACE),
    ...(keyed ? [ApiHeader(KEY)] : []),
    ...Object.entries(path ?? {}).map(([name, text]) =>
      ApiParam({ name, description: text, schema: { type: 'string' } }),
    ),
    ...(query ? queryParameters(query) : []),
    ...(body ? [ApiBody({ schema: schemaReference(body, 'input'), required: !description.bodyIsOptional })] : []),
    ...Object.entries(answers).map(([status, answer]) => response(Number(status), answer)),
    ...(open ? [] : [ApiResponse({ status: 'default', description: 'Refused', content: PROBLEM })]),
  );
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function response(status: number, answer: z.ZodType | string): MethodDecorator {
  if (typeof answer === 'string') return ApiResponse({ status, description: answer });
  const content = { 'application/json': { schema: schemaReference(answer, 'output') } };
  return ApiResponse({ status, description: 'Done', content });
}

function queryParameters(query: z.ZodType): MethodDecorator[] {
  const { properties, required } = propertiesOf(inputSchema(query));
  return Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: required.includes(name), schema: schema as { type: string } }),
  );
}
