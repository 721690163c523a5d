import { isJsonObject } from '#contracts';
import { PAID_SERVICE_BOUNDS } from '../bounds.js';
import type { ServiceDefinition } from '../definition.js';
import type { LocatedProblem } from './located-problem.js';

/** A stream that nothing asks for, and waiting that only a stream may do. */
export function streamProblems({ stream, call, payload, timeout_seconds }: ServiceDefinition): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const { timeout_seconds: longest } = PAID_SERVICE_BOUNDS;
  if (!stream && timeout_seconds > longest) {
    problems.push({ path: ['timeout_seconds'], message: `must be at most ${longest} where nothing is streamed` });
  }
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
