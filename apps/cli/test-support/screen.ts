import { cellsOf } from '../src/rendering/cells.js';

/**
 * What a person sees of a terminal, as far as this command line draws: text, new lines, the cursor going up or home, erasing,
 * colours, and the cursor shown or hidden. Anything else is kept in `unknown`.
 */
export class Screen {
  /** Lines that were too long for the screen and went on in the next. */
  wraps = 0;
  /** Lines that went out at the top. */
  readonly gone: string[] = [];
  cursorShown = true;
  /** Sequences that set a colour or another look. */
  readonly looks: string[] = [];
  readonly unknown: string[] = [];
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(
    private columns: number,
    private rows: number,
  ) {}

  write(text: string): void {
    for (const [part] of text.matchAll(PARTS)) {
      const sequence = SEQUENCE.exec(part);
      if (sequence) this.#obey(part, sequence[1] + sequence[3]!, sequence[2]!);
      else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#lineFeed();
      else if (part < ' ') this.unknown.push(part);
      else this.#put(part);
    }
  }

  lines(): string[] {
    return Array.from({ length: this.rows }, (_, row) => (this.#lines[row] ?? []).join('').trimEnd());
  }

  /** Lines with something in them. */
  text(): string[] {
    return this.lines().filter((line) => line !== '');
  }

  cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column };
  }

  /** Long lines become several, as most terminals do it; `cut`: they are cut, as the others do. */
  resize(columns: number, rows: number, cut: boolean): void {
    const lines = this.#lines.flatMap((line) => (cut ? [line.slice(0, columns)] : pieces(line, columns)));
    const below = this.#lines.slice(this.#row + 1).length;
    this.#row = lines.length - 1 - below;
    [this.columns, this.rows] = [columns, rows];
    while (lines.length > rows) {
      this.gone.push(lines.shift()!.join(''));
      this.#row -= 1;
    }
    this.#lines = lines.length > 0 ? lines : [[]];
    this.#row = Math.max(0, this.#row);
    this.#column = 0;
  }

  #obey(part: string, what: string, number: string): void {
    if (what === 'm') this.looks.push(part);
    else if (what === 'A') this.#row = Math.max(0, this.#row - Number(number || 1));
    else if (what === 'H' && number === '') [this.#row, this.#column] = [0, 0];
    else if (what === 'J' && (number === '' || number === '0')) {
      this.#lines = this.#lines.slice(0, this.#row + 1);
      this.#lines[this.#row] = (this.#lines[this.#row] ?? []).slice(0, this.#column);
    } else if (what === 'J' && number === '2') this.#lines = [];
    else if ((what === '?h' || what === '?l') && number === '25') this.cursorShown = what === '?h';
    else this.unknown.push(part);
  }

  #put(character: string): void {
    const cells = cellsOf(character);
    if (this.#column + cells > this.columns) {
      this.wraps += 1;
      this.#column = 0;
      this.#lineFeed();
    }
    while (this.#lines.length <= this.#row) this.#lines.push([]);
    const line = this.#lines[this.#row]!;
    while (line.length < this.#column) line.push(' ');
    line[this.#column] = character;
    for (let cell = 1; cell < cells; cell++) line[this.#column + cell] = '';
    this.#column += cells;
  }

  #lineFeed(): void {
    this.#row += 1;
    if (this.#row < this.rows) return;
    this.gone.push((this.#lines.shift() ?? []).join(''));
    this.#row -= 1;
  }
}

const ESCAPE = '\u001b';
const SEQUENCE = new RegExp(String.raw`^${ESCAPE}\[(\??)(\d*)(?:;\d+)*([A-Za-z])$`);
const PARTS = new RegExp(String.raw`${ESCAPE}\[[?\d;]*[A-Za-z]|${ESCAPE}.?|\P{M}\p{M}*`, 'gsu');

function pieces(line: string[], columns: number): string[][] {
  const cut: string[][] = [];
  for (let from = 0; from === 0 || from < line.length; from += columns) cut.push(line.slice(from, from + columns));
  return cut;
}
