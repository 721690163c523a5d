import type { SessionAnswer } from '#client';
import { coloured } from './paint.js';
import { labelsText } from './session-tree.js';

export interface Look {
  columns: number;
  colours: boolean;
}

const BAR_CELLS = 20;
const ID_CHARACTERS = 12;
/** A name keeps at least so many of its characters, however narrow the terminal is. */
const NAME_CHARACTERS = 16;

interface Line {
  /** The branches of the tree and the session's name. */
  head: string;
  session?: SessionAnswer;
}

/** Trees of sessions, a line each: how much of the budget is spent, carved out and held, and what is left. */
export function sessionBars(trees: readonly SessionAnswer[], more: number, look: Look): string {
  const lines = trees.flatMap((tree) => linesOf(tree, '', ''));
  if (lines.length === 0) return 'No open sessions.';
  const figures = lines.map(({ session }) => (session ? figuresOf(session) : ''));
  const longest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const room = Math.max(NAME_CHARACTERS, look.columns - BAR_CELLS - 4 - longest(figures));
  const width = Math.min(room, longest(lines.map(({ head }) => head)));
  const drawn = lines.map(({ head, session }, index) =>
    session ? `${shortened(head, width).padEnd(width)} ${bar(session, look.colours)} ${figures[index]}` : head,
  );
  return [...drawn, ...(more > 0 ? [`… and ${more} older trees: --session shows one`] : [])].join('\n');
}

function linesOf(session: SessionAnswer, first: string, rest: string): Line[] {
  const children = session.children ?? [];
  const below = children.flatMap((child, index) => {
    const isLast = index === children.length - 1 && session.children_cut === undefined;
    return linesOf(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
  });
  const cut = session.children_cut ? [{ head: `${rest}└─ … and more` }] : [];
  return [{ head: `${first}${nameOf(session)}`, session }, ...below, ...cut];
}

function figuresOf(session: SessionAnswer): string {
  const parts = [
    `${session.spent_exact} spent`,
    ...(session.carved_exact === '0' ? [] : [`${session.carved_exact} carved out`]),
    ...(session.held_exact === '0' ? [] : [`${session.held_exact} held`]),
    `${session.remaining_exact} left of ${session.budget_exact} ${session.currency}`,
    ...(session.over_by_exact === undefined ? [] : [`over by ${session.over_by_exact}`]),
    ...(session.status === 'open' ? [] : [session.status]),
  ];
  return parts.join(', ');
}

/** What a person calls it, and enough of its id to find it. */
function nameOf(session: SessionAnswer): string {
  const labels = labelsText(session.labels);
  const name = session.description ?? (labels === '' ? undefined : labels);
  // The end of an id tells sessions apart; its beginning is the time.
  return name === undefined ? session.session_id : `${name} …${session.session_id.slice(-ID_CHARACTERS)}`;
}

function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** What is spent or held at all fills a cell, and what is left at all leaves one empty: a bar lies by less than a cell. */
function bar(session: SessionAnswer, colours: boolean): string {
  const { budget, remaining } = session;
  const cells = (amount: number): number =>
    budget <= 0 || amount <= 0 ? 0 : Math.max(1, Math.round((amount / budget) * BAR_CELLS));
  const most = remaining > 0 ? BAR_CELLS - 1 : BAR_CELLS;
  const spent = Math.min(cells(session.spent + session.carved), most);
  const held = Math.min(cells(session.held), most - spent);
  const paint = (colour: 'green' | 'yellow' | 'red', text: string): string =>
    colours && text !== '' ? coloured(colour, text) : text;
  const full = budget > 0 && remaining <= budget * 0.15;
  return `[${paint(full ? 'red' : 'green', '█'.repeat(spent))}${paint('yellow', '▒'.repeat(held))}${'·'.repeat(BAR_CELLS - spent - held)}]`;
}
