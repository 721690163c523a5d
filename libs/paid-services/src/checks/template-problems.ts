import type { ServiceDefinition } from '../definition.js';
import { secretParts } from '../secret.js';
import { parseTemplate, type Filling, type Reference } from '../template.js';
import type { LocatedProblem, Path } from './located-problem.js';
import { isScalar, payloadFieldAt } from './payload-field-at.js';

/** What is wrong with one template. `takes`: whether a list or an object may stand there, as a whole value of JSON. */
export function templateProblems(
  definition: ServiceDefinition,
  text: string,
  path: Path,
  takes: 'json' | 'text',
): LocatedProblem[] {
  const parsed = parseTemplate(text);
  if ('message' in parsed) return [{ path, message: parsed.message }];
  const fillings = parsed.parts.filter((part): part is Filling => typeof part !== 'string');
  const isText = takes === 'text' || parsed.parts.length > 1;
  return fillings.flatMap(({ first_of, is_raw }) => [
    ...(is_raw && path.at(-1) !== 'url' ? [{ path, message: 'may have {+…} in the URL only' }] : []),
    ...first_of.flatMap((reference) => referenceProblems(definition, reference, isText, path)),
  ]);
}

function referenceProblems(
  definition: ServiceDefinition,
  { of, path: names }: Reference,
  isText: boolean,
  path: Path,
): LocatedProblem[] {
  const name = names.join('.');
  if (of === 'secret') {
    const isPart = names.length === 1 && secretParts(definition).includes(name);
    return isPart ? [] : [{ path, message: `names secret.${name}, which is no part of the secret` }];
  }
  const field = payloadFieldAt(definition.payload, names);
  if (field === undefined) return [{ path, message: `names payload.${name}, which is no field of the payload` }];
  return isText && !isScalar(field)
    ? [{ path, message: `has payload.${name} in a text, where no list or object can stand` }]
    : [];
}
