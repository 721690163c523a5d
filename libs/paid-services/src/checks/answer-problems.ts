import type { AnswerField, ServiceDefinition } from '../definition.js';
import { parsePath } from '../path.js';
import { TYPED_ANSWER } from '../typed.js';
import type { LocatedProblem, Path } from './located-problem.js';

/** What every answer of a paid call carries beside the service's own. */
const RESERVED = ['receipt_id', 'credits_spent', 'receipt', 'sandbox'];
/** What a typed call's body says about paying, and not about the service. */
const PAYING = ['agent_id', 'session_id', 'max_credits', 'label', 'labels', 'idempotency_key', 'service'];

/** Paths that cannot be read, names that are taken, and typed calls that could not be made. */
export function answerProblems(definition: ServiceDefinition): LocatedProblem[] {
  const problems = Object.entries(definition.answer ?? {}).flatMap(([name, field]) => [
    ...(RESERVED.includes(name) ? [{ path: ['answer', name], message: 'is a field of every paid answer' }] : []),
    ...pathProblems(field, ['answer', name], definition.answers_with === 'text' ? 'headers' : 'both'),
  ]);
  return [...problems, ...typedProblems(definition)];
}

function typedProblems({ typed, payload }: ServiceDefinition): LocatedProblem[] {
  if (!typed) return [];
  const problems: LocatedProblem[] = [];
  for (const [name, from] of Object.entries(typed.payload)) {
    const path = ['typed', 'payload', name];
    if (!Object.hasOwn(payload, name)) problems.push({ path, message: 'is no field of the payload' });
    if (PAYING.includes(from)) problems.push({ path, message: `is taken from ${from}, which says who pays` });
  }
  for (const [name, field] of Object.entries(payload)) {
    if (field.required && field.default === undefined && !Object.hasOwn(typed.payload, name)) {
      problems.push({ path: ['typed', 'payload'], message: `lacks ${name}, which the payload requires` });
    }
  }
  const answered = TYPED_ANSWER[typed.call];
  if (typed.answer[answered] === undefined) {
    problems.push({ path: ['typed', 'answer'], message: `lacks ${answered}, in which ${typed.call} answers` });
  }
  for (const [name, field] of Object.entries(typed.answer)) {
    const path = ['typed', 'answer', name];
    if (name !== answered) problems.push({ path, message: `is no field of the answer of ${typed.call}` });
    else if (field !== undefined) problems.push(...pathProblems(field, path, 'body'));
  }
  return problems;
}

/** `from`: where the values are read from. An answer that is text has no fields, and a typed answer is read after the headers are gone. */
function pathProblems(field: AnswerField, path: Path, from: 'body' | 'headers' | 'both'): LocatedProblem[] {
  const paths =
    typeof field === 'string'
      ? [{ text: field, path }]
      : field.first_of.map((text, index) => ({ text, path: [...path, 'first_of', index] }));
  return paths.flatMap(({ text, path: at }) => {
    const read = parsePath(text);
    if (read === undefined) return [{ path: at, message: 'cannot be read as a path into the answer' }];
    if ('header' in read) {
      return from === 'body'
        ? [{ path: at, message: 'names a header, and is read from the body and from answer' }]
        : [];
    }
    return from === 'headers' ? [{ path: at, message: 'names a field of the answer, which is text and no JSON' }] : [];
  });
}
