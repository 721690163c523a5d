import type { ServiceDefinition } from '../definition.js';
import { secretParts } from '../secret.js';
import type { LocatedProblem } from './located-problem.js';

/** Parts that stand twice, and places that name no part. */
export function secretProblems(definition: ServiceDefinition): LocatedProblem[] {
  const { secret } = definition;
  if (!secret) return [];
  const names = secretParts(definition);
  const problems: LocatedProblem[] = [];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      problems.push({ path: ['secret', 'parts', index, 'name'], message: 'is a part already' });
    }
  }
  const named =
    secret.placed === 'basic' ? { username: secret.username, password: secret.password } : { part: secret.part };
  for (const [field, name] of Object.entries(named)) {
    if (name !== undefined && !names.includes(name)) {
      problems.push({ path: ['secret', field], message: `is no part of the secret: it has ${names.join(', ')}` });
    }
  }
  const prefix = secret.placed === 'basic' ? undefined : secret.prefix;
  if (prefix !== undefined && !/^[\x20-\x7e]*$/.test(prefix)) {
    problems.push({ path: ['secret', 'prefix'], message: 'must be printable ASCII' });
  }
  return problems;
}
