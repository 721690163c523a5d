import Table from 'cli-table3';

export type Cell = string | number | null | undefined;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Columns under their names, numbers to the right; without lines, so that other programs can cut it. */
export function table(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(cellText));
  const alignments = names.map((_name, column) => {
    const filled = texts.map((row) => row[column] ?? '').filter((text) => text !== '' && text !== '-');
    return filled.length > 0 && filled.every((text) => /^-?\d+(\.\d+)?$/.test(text)) ? 'right' : 'left';
  });
  const made = new Table({
    head: [...names],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: alignments,
  });
  made.push(...texts);
  return withoutTrailingSpace(made.toString());
}

/** `name  value` lines; what has no value is left out. */
export function fields(pairs: readonly (readonly [string, Cell])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function cellText(cell: Cell): string {
  return cell === null || cell === undefined ? '-' : String(cell);
}

function withoutTrailingSpace(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}
