import { readQuery, readRequest } from '#contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { refuse } from './http-reply.js';

/** The text of the body; empty where there is none. */
export function bodyText(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

/** Reads the body by its schema, or refuses and names every field that is wrong. */
export function readBody<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
  refuseQuery(request);
  const read = readRequest(schema, bodyText(request));
  return read.ok ? read.value : refuse(read.code, { problems: read.problems });
}

/** Reads the query by its schema, or refuses and names every parameter that is wrong. */
export function readParameters<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
  const read = readQuery(schema, request.query as Record<string, unknown>);
  return read.ok ? read.value : refuse(read.code, { problems: read.problems });
}

/** Calls without parameters refuse them by name rather than drop them. */
export function refuseQuery(request: FastifyRequest): void {
  if (!request.url.includes('?')) return;
  const names = Object.keys(request.query as object);
  if (names.length === 0) return;
  refuse('query_invalid', { problems: names.map((field) => ({ field, message: 'is not a parameter of this call' })) });
}

/** A part of the path, such as the id in `/v1/payments/{id}`. */
export function pathPart(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

/** A handle or id in the path; one leading `@` is ignored, as everywhere. */
export function agentInPath(request: FastifyRequest): string {
  const agent = pathPart(request, 'agent');
  return agent.startsWith('@') ? agent.slice(1) : agent;
}
