import type { SessionAnswer } from '#client';
import { atMost, cellsOf, inCells } from './cells.js';
import { coloured } from './paint.js';
import { printableLine } from './printable.js';
import { labelsText } from './session-tree.js';

export interface Look {
  columns: number;
  colours: boolean;
}

const ID_CHARACTERS = 12;
/** A name keeps at least so many of its cells where there is any other way. */
const NAME_CELLS = 16;

interface Line {
  /** The branches of the tree and the session's name. */
  head: string;
  session?: SessionAnswer;
}

/** How much is said beside a name: less of it the narrower the terminal is. */
interface Layout {
  bar_cells: number;
  figures(session: SessionAnswer): string;
}

const LAYOUTS: readonly Layout[] = [
  { bar_cells: 20, figures: allFigures },
  { bar_cells: 10, figures: allFigures },
  { bar_cells: 10, figures: leftOfBudget },
  { bar_cells: 10, figures: left },
  { bar_cells: 5, figures: left },
];

/**
 * Trees of sessions, a line each: how much of the budget is spent, carved out and held, and what is left. No line is longer than
 * the terminal is wide.
 */
export function sessionBars(trees: readonly SessionAnswer[], more: number, look: Look): string {
  const lines = trees.flatMap((tree) => linesOf(tree, '', ''));
  if (lines.length === 0) return 'No open sessions.';
  const most = Math.max(...lines.map(({ head }) => cellsOf(head)));
  const { layout, figures, room } = layoutFor(lines, Math.min(NAME_CELLS, most), look.columns);
  const width = Math.min(room, most);
  const drawn = lines.map(({ head, session }, index) => {
    if (!session) return atMost(head, look.columns);
    const shown = inCells(head, width);
    // So narrow that not even a name and its figures have room.
    if (room < 1) return atMost(head, look.columns);
    return `${shown} ${bar(session, layout.bar_cells, look.colours)} ${figures[index]}`;
  });
  const older = more > 0 ? [atMost(`… and ${more} older trees: --session shows one`, look.columns)] : [];
  return [...drawn, ...older].join('\n');
}

/** The first layout that leaves enough room for names; else the smallest. */
function layoutFor(lines: readonly Line[], name_cells: number, columns: number) {
  const tried = LAYOUTS.map((layout) => {
    const figures = lines.map(({ session }) => (session ? layout.figures(session) : ''));
    const longest = Math.max(...figures.map((text) => text.length));
    return { layout, figures, room: columns - layout.bar_cells - 4 - longest };
  });
  return tried.find(({ room }) => room >= name_cells) ?? tried.at(-1)!;
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

function allFigures(session: SessionAnswer): string {
  return [
    `${session.spent_exact} spent`,
    ...(session.carved_exact === '0' ? [] : [`${session.carved_exact} carved out`]),
    ...(session.held_exact === '0' ? [] : [`${session.held_exact} held`]),
    `${session.remaining_exact} left of ${session.budget_exact} ${session.currency}`,
    ...(session.over_by_exact === undefined ? [] : [`over by ${session.over_by_exact}`]),
    ...(session.status === 'open' ? [] : [session.status]),
  ].join(', ');
}

function leftOfBudget(session: SessionAnswer): string {
  if (isUnusual(session)) return left(session);
  return `${session.remaining_exact} left of ${session.budget_exact} ${session.currency}`;
}

/** The one figure, or what stands against using it. */
function left({ status, over_by_exact, remaining_exact }: SessionAnswer): string {
  if (status !== 'open') return status;
  return over_by_exact === undefined ? `${remaining_exact} left` : `over by ${over_by_exact}`;
}

function isUnusual({ status, over_by_exact }: SessionAnswer): boolean {
  return status !== 'open' || over_by_exact !== undefined;
}

/** What a person calls it, and enough of its id to find it. */
function nameOf(session: SessionAnswer): string {
  const labels = labelsText(session.labels);
  const name = session.description ?? (labels === '' ? undefined : labels);
  // The end of an id tells sessions apart; its beginning is the time.
  return name === undefined
    ? session.session_id
    : `${printableLine(name)} …${session.session_id.slice(-ID_CHARACTERS)}`;
}

/** What is spent or held at all fills a cell, and what is left at all leaves one empty: a bar lies by less than a cell. */
function bar(session: SessionAnswer, bar_cells: number, colours: boolean): string {
  const { budget, remaining } = session;
  const cells = (amount: number): number =>
    budget <= 0 || amount <= 0 ? 0 : Math.max(1, Math.round((amount / budget) * bar_cells));
  const most = remaining > 0 ? bar_cells - 1 : bar_cells;
  const spent = Math.min(cells(session.spent + session.carved), most);
  const held = Math.min(cells(session.held), most - spent);
  const paint = (colour: 'green' | 'yellow' | 'red', text: string): string =>
    colours && text !== '' ? coloured(colour, text) : text;
  const full = budget > 0 && remaining <= budget * 0.15;
  return `[${paint(full ? 'red' : 'green', '█'.repeat(spent))}${paint('yellow', '▒'.repeat(held))}${'·'.repeat(bar_cells - spent - held)}]`;
}
