import { isJsonObject } from '#contracts';
import type { ServiceDefinition } from '../definition.js';
import { urlFault } from '../request-url.js';
import { parseTemplate, type Filling } from '../template.js';
import type { LocatedProblem, Path } from './located-problem.js';
import { isAlwaysThere, payloadFieldAt } from './payload-field-at.js';
import { templateProblems } from './template-problems.js';

/** The request's templates, and what could not be sent. */
export function callProblems(definition: ServiceDefinition): LocatedProblem[] {
  const { call } = definition;
  const problems = [...urlProblems(definition), ...headerProblems(definition)];
  const entries = (record: Record<string, string> | undefined, path: Path) =>
    Object.entries(record ?? {}).flatMap(([name, text]) => templateProblems(definition, text, [...path, name], 'text'));
  problems.push(...entries(call.query, ['call', 'query']), ...entries(call.headers, ['call', 'headers']));
  if (!call.body) return problems;
  if (call.method === 'GET' || call.method === 'DELETE') {
    problems.push({ path: ['call', 'body'], message: `cannot be sent with ${call.method}` });
  }
  if ('form' in call.body) problems.push(...entries(call.body.form, ['call', 'body', 'form']));
  else problems.push(...jsonProblems(definition, call.body.json, ['call', 'body', 'json']));
  return problems;
}

function urlProblems(definition: ServiceDefinition): LocatedProblem[] {
  const path = ['call', 'url'];
  const { url, query } = definition.call;
  const wrong = templateProblems(definition, url, path, 'text');
  const parsed = parseTemplate(url);
  if (wrong.length > 0 || 'message' in parsed) return wrong;
  const fault = urlFault(parsed.parts);
  const problems: LocatedProblem[] = fault === undefined ? [] : [{ path, message: fault }];
  for (const part of parsed.parts) if (typeof part !== 'string') problems.push(...urlFillingProblems(definition, part));
  if (
    parsed.parts.some((part) => typeof part !== 'string' && part.is_raw) &&
    (query ?? definition.secret?.placed === 'query')
  ) {
    problems.push({ path, message: 'has {+…}, beside which no query can be sent' });
  }
  return problems;
}

function urlFillingProblems({ payload }: ServiceDefinition, { first_of, is_raw }: Filling): LocatedProblem[] {
  const path = ['call', 'url'];
  const problems: LocatedProblem[] = [];
  if (!first_of.some(({ of, path: names }) => of === 'secret' || isAlwaysThere(payload, names))) {
    problems.push({
      path,
      message: 'has a field that may be absent; what stands in a URL is required or has a default',
    });
  }
  const isUrl = first_of.every(({ of, path: names }) => {
    const field = of === 'payload' ? payloadFieldAt(payload, names) : undefined;
    return field !== undefined && field !== 'free' && field.type === 'string' && field.format === 'url';
  });
  if (is_raw && !isUrl) problems.push({ path, message: 'may have {+…} of a field of the format url only' });
  return problems;
}

/** One header twice would be one of them, nobody knows which. */
function headerProblems({ call, secret, idempotency }: ServiceDefinition): LocatedProblem[] {
  const taken = new Set<string>();
  if (secret?.placed === 'header') taken.add(secret.name.toLowerCase());
  if (secret?.placed === 'basic') taken.add('authorization');
  const problems: LocatedProblem[] = [];
  const take = (name: string, path: Path) => {
    if (taken.has(name.toLowerCase())) problems.push({ path, message: 'is a header that is set already' });
    taken.add(name.toLowerCase());
  };
  if (idempotency) take(idempotency.header, ['idempotency', 'header']);
  for (const [name, text] of Object.entries(call.headers ?? {})) {
    const path = ['call', 'headers', name];
    take(name, path);
    if (!/^[\x20-\x7e]*$/.test(text)) problems.push({ path, message: 'must be printable ASCII' });
  }
  return problems;
}

function jsonProblems(definition: ServiceDefinition, node: unknown, path: Path): LocatedProblem[] {
  if (typeof node === 'string') return templateProblems(definition, node, path, 'json');
  if (Array.isArray(node)) return node.flatMap((item, index) => jsonProblems(definition, item, [...path, index]));
  if (!isJsonObject(node)) return [];
  return Object.entries(node).flatMap(([name, inner]) => jsonProblems(definition, inner, [...path, name]));
}
