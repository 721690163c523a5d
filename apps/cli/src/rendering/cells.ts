import stringWidth from 'string-width';

/** How many cells of a terminal a text fills: ideographs and emoji fill two, accents that stand on another none. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/** The text in so many cells exactly; what was cut ends in `…`. */
export function inCells(text: string, cells: number): string {
  const shown = atMost(text, cells);
  return shown + ' '.repeat(Math.max(0, cells - cellsOf(shown)));
}

/** The text in so many cells or fewer; what was cut ends in `…`. */
export function atMost(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let shown = '';
  let filled = 0;
  for (const { segment } of CHARACTERS.segment(text)) {
    const more = cellsOf(segment);
    if (filled + more > cells - 1) break;
    shown += segment;
    filled += more;
  }
  return cells < 1 ? '' : `${shown}…`;
}

const CHARACTERS = new Intl.Segmenter();
