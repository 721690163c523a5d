import type { ServiceDefinition } from '../definition.js';
import { answerProblems } from './answer-problems.js';
import { callProblems } from './call-problems.js';
import type { LocatedProblem } from './located-problem.js';
import { payloadProblems } from './payload-problems.js';
import { priceProblems } from './price-problems.js';
import { secretProblems } from './secret-problems.js';
import { streamProblems } from './stream-problems.js';

/** What is wrong with a definition whose fields are each right: names that name nothing, and parts that do not fit each other. */
export function definitionProblems(definition: ServiceDefinition): LocatedProblem[] {
  return [
    ...payloadProblems(definition.payload),
    ...callProblems(definition),
    ...secretProblems(definition),
    ...priceProblems(definition),
    ...answerProblems(definition),
    ...streamProblems(definition),
  ];
}
