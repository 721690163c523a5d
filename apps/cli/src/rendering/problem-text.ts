import type { DeclineFields, ProblemDocument } from '#client';
import { fields } from './table.js';

/** A refusal as people read it: what, by which rule on what, the figures, and what can be done. */
export function problemText(problem: ProblemDocument): string {
  const { status, code, title, problems, payment_id } = problem;
  const word = status === 402 || status === 403 || status === 409 ? 'Declined' : 'Refused';
  const wrong = problems?.map(({ field, message }) => `  ${field} ${message}`) ?? [];
  // The detail repeats the figures below, so it is shown only where there are none.
  const what = problem.limit !== undefined || wrong.length > 0 ? `${title}.` : problem.detail;
  const figures = fields([...figuresOf(problem), ['recorded as', payment_id], ['what to do', problem.action]]);
  return [`${word} (${status} ${code}): ${what}`, ...wrong, indent(figures)].join('\n');
}

/** The lines of a decline's rule and figures; the ones that it does not have are left out. */
export function figuresOf(decline: Partial<DeclineFields>): [string, string | undefined][] {
  const money = (amount: string | undefined) =>
    amount === undefined || decline.currency === undefined ? amount : `${amount} ${decline.currency}`;
  return [
    ['on', decline.scope && `${decline.scope.kind} ${decline.scope.id}`],
    ['rule', decline.rule],
    ['limit', money(decline.limit)],
    ['spent', money(decline.spent)],
    ['held', money(decline.held)],
    ['requested', money(decline.requested)],
    ['remaining', money(decline.remaining)],
    ['resets at', decline.resets_at],
  ];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
