import type { SessionAnswer, SessionOpenedAnswer } from '#client';
import { fields } from './table.js';

/** A session and the tree below it, one line each. */
export function sessionTree(session: SessionAnswer): string {
  return [sessionLine(session), ...childrenOf(session, '')].join('\n');
}

/** Sessions of a list, whose trees are not shown. */
export function sessionsText(sessions: readonly SessionAnswer[]): string {
  return sessions.length === 0 ? 'No sessions.' : sessions.map(sessionLine).join('\n');
}

export function openedText(session: SessionOpenedAnswer): string {
  const lines = fields([
    ['session', session.session_id],
    ['token', session.session_token],
    ['budget', `${session.budget_exact} ${session.currency}`],
    ['mode', session.mode],
    ['parent', session.parent_session_id],
    ['agent', session.agent_id],
    ['labels', labelsText(session.labels)],
    ['expires at', session.expires_at],
  ]);
  const note =
    session.session_token === undefined
      ? 'It was opened by an earlier call with this key. Its token is not shown again.'
      : 'The token is shown this once: keep it.';
  return `${lines}\n\n${note}`;
}

function childrenOf(session: SessionAnswer, indent: string): string[] {
  const children = session.children ?? [];
  const lines = children.flatMap((child, index) => {
    const isLast = index === children.length - 1 && session.children_cut === undefined;
    const [branch, below] = isLast ? ['└─ ', '   '] : ['├─ ', '│  '];
    return [`${indent}${branch}${sessionLine(child)}`, ...childrenOf(child, `${indent}${below}`)];
  });
  return session.children_cut ? [...lines, `${indent}└─ … and more`] : lines;
}

function sessionLine(session: SessionAnswer): string {
  const { currency, over_by_exact: over } = session;
  const carved = session.carved_exact === '0' ? [] : [`carved out ${session.carved_exact}`];
  const figures = [
    `budget ${session.budget_exact}`,
    `spent ${session.spent_exact}`,
    `held ${session.held_exact}`,
    ...carved,
    `remaining ${session.remaining_exact} ${currency}`,
    ...(over === undefined ? [] : [`over by ${over}`]),
  ];
  const labels = labelsText(session.labels);
  return [
    session.session_id,
    session.mode === 'reserved' ? `${session.status}, reserved` : session.status,
    figures.join(', '),
    ...(labels === '' ? [] : [`[${labels}]`]),
    ...(session.description === null ? [] : [JSON.stringify(session.description)]),
  ].join('  ');
}

/** A bare label as it is, any other as `name=value`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => (name === 'label' ? value : `${name}=${value}`))
    .join(', ');
}
