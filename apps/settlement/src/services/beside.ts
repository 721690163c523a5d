import type { AnswerBeside, CallBeside } from '#domain';
import type { ServiceParts } from './ports.js';

/** In characters. A command may travel in one message, with others; what is longer is written by itself. */
const TEXT_MAXIMUM = 65_536;

type Row = Parameters<ServiceParts['calls']['begin']>[0];

/** What is asked, as it travels with its hold; undefined where it is too long to. */
export function callBeside(
  { keep_for_days }: Pick<ServiceParts, 'keep_for_days'>,
  { service, is_sandbox, salt, request, ends_in_ms }: Row,
): CallBeside | undefined {
  if (request.length > TEXT_MAXIMUM) return undefined;
  return { kind: 'call', service, is_sandbox, salt, request, ends_in_ms, keep_for_days };
}

/** What came of a call, as it travels with the end of its payment; undefined where it is too long to. */
export function answerBeside(answer: string, units: bigint | undefined): AnswerBeside | undefined {
  if (answer.length > TEXT_MAXIMUM) return undefined;
  return units === undefined ? { kind: 'answer', answer } : { kind: 'answer', answer, units: units.toString() };
}
