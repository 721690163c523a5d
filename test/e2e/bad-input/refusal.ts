import { problemSchema } from '#contracts';
import type { PlainAnswer } from '../../support/plain-http.js';

const PROBLEM = 'application/problem+json; charset=utf-8';

/** What a spoiled call is answered with. */
export interface Expected {
  status: number;
  code: string | readonly string[];
  /** Named among the problems. */
  field?: string;
}

/** A problem document that says what it must, and what to do. */
export function isRefusal(answer: PlainAnswer, { status, code, field }: Expected): boolean {
  const problem = problemSchema.safeParse(answer.json);
  if (!problem.success || answer.headers.get('content-type') !== PROBLEM) return false;
  const { data } = problem;
  const fields = (data.problems ?? []).map((one) => one.field);
  return (
    answer.status === status &&
    data.status === status &&
    [code].flat().includes(data.code) &&
    data.detail.length > 10 &&
    data.action.length > 10 &&
    (field === undefined || fields.includes(field))
  );
}

export const unprocessable = (field: string): Expected => ({ status: 422, code: 'body_invalid', field });
export const unparseable: Expected = { status: 400, code: 'unparseable_body', field: 'body' };
