import type { DeclineFields, ProblemDocument } from '#client';
import { fields } from './table.js';

/** A refusal as people read it: what, by which rule on what, the figures, and what can be done. */
export function problemText(problem: ProblemDocument): string {
  const { status, code, title, problems, payment_id } = problem;
  const word = status === 402 || status === 403 || status === 409 ? 'Declined' : 'Refused';
  const wrong = problems?.map(({ field, message }) => `  ${field} ${message}`) ?? [];
  // The detail repeats the figures below, so it is shown only where there are none.
  const what = problem.limit !== undefined || wrong.length > 0 ? `${title}.` : problem.detail;
  const figures = fields([...figuresOf(problem), ['recorded as', payment_id], ['what to do', actionOf(problem)]]);
  return [`${word} (${status} ${code}): ${what}`, ...wrong, indent(figures)].join('\n');
}

/** What can be done from here, where the API's own words are for whoever sends requests. */
const ACTIONS: Readonly<Record<string, string>> = {
  agent_not_found: '`bursar agent list` shows the agents, `bursar agent create` registers one.',
  body_invalid: 'Correct what is named above.',
  credential_invalid:
    'Set BURSAR_API_KEY to a key or token that was not revoked or rotated away. It is read whole, and shown only once when it is made.',
  payee_not_found: '`bursar agent list` shows the agents; a service is paid as service:<name>.',
  query_invalid: 'Correct what is named above.',
  service_not_found: '`bursar service list` shows the services.',
  session_not_found: '`bursar session list` shows the sessions that the credential sees.',
  wallet_not_found: '`bursar wallet list` shows the ids.',
};

function actionOf({ code, action }: ProblemDocument): string {
  return ACTIONS[code] ?? action;
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
