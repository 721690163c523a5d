import { isJsonObject } from '#contracts';
import type { ServiceDefinition } from '../definition.js';
import type { LocatedProblem } from './located-problem.js';

/** A stream that nothing can ask for. */
export function streamProblems({ stream, call, payload }: ServiceDefinition): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  if (!stream) return problems;
  const field = Object.hasOwn(payload, stream.field) ? payload[stream.field] : undefined;
  if (field?.type !== 'boolean') {
    problems.push({ path: ['stream', 'field'], message: 'is no boolean field of the payload' });
  }
  if (!call.body || !('json' in call.body) || !isJsonObject(call.body.json)) {
    problems.push({ path: ['stream'], message: 'needs a body that is a JSON object' });
  }
  return problems;
}
