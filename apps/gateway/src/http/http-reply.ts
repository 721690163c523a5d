import { problemOfCode, type ErrorCode, type FieldProblem, type ProblemDocument } from '#contracts';

/** An answer as it goes out: its body is text already, so that nothing serialises it again. */
export interface HttpReply {
  status: number;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
  /** What follows on the body, as it comes. */
  stream?: AsyncIterable<string>;
}

export const JSON_TYPE = 'application/json; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function jsonReply(status: number, value: unknown): HttpReply {
  return jsonTextReply(status, JSON.stringify(value));
}

/** Of JSON that is text already. */
export function jsonTextReply(status: number, body: string): HttpReply {
  return { status, contentType: JSON_TYPE, body };
}

export function problemReply(problem: ProblemDocument, headers?: Record<string, string>): HttpReply {
  return { status: problem.status, contentType: PROBLEM_TYPE, body: JSON.stringify(problem), headers };
}

/**
 * Thrown where a request is refused before anything was asked of a book. No Error: refusing is an answer, and needs no
 * stack.
 */
export class Refused {
  constructor(readonly reply: HttpReply) {}
}

/** Refuses with a code of the catalogue. */
export function refuse(
  code: ErrorCode,
  particulars: { detail?: string; problems?: readonly FieldProblem[]; scope?: { kind: string; id: string } } = {},
  headers?: Record<string, string>,
): never {
  throw new Refused(problemReply(problemOfCode(code, particulars), headers));
}

/** Refuses and names one header. */
export function refuseHeader(field: string, message: string): never {
  refuse('header_invalid', { problems: [{ field, message }] });
}
