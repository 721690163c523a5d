/** What turns each on and off, in the sequences that every terminal with colours knows. */
const CODES = { green: [32, 39], yellow: [33, 39], red: [31, 39], dim: [2, 22] } as const;

type Colour = keyof typeof CODES;

/** How things stand, in the words of answers and of this terminal. */
const WORDS: Readonly<Record<Colour, readonly string[]>> = {
  green: ['captured', 'active', 'open', 'paid', 'approved', 'credited', 'ok', 'passes', 'covers', 'live'],
  yellow: ['authorized', 'pending', 'pending_approval', 'frozen', 'waits', 'held', 'sandbox', 'unknown'],
  red: ['declined', 'denied', 'revoked', 'refuses', 'outcome_unknown', 'down', 'broken'],
  dim: ['closed', 'expired', 'voided', 'cancelled', 'refunded'],
};

const COLOUR_OF = new Map(
  (Object.keys(WORDS) as Colour[]).flatMap((colour) => WORDS[colour].map((word) => [word, colour] as const)),
);

/** A word that fills a cell: what stands in a sentence or a memo is left as it is. */
const CELL = /(?<=^|\S {2,}|^ +)[a-z_]+(?=$| {2,}|, reserved| \()/g;

/** What a line may begin with; any other word there is the name of what follows, such as `held`. */
const VERDICTS: ReadonlySet<string> = new Set(['passes', 'covers', 'refuses', 'waits']);

/** The names of a table's columns, above its rows. */
const HEAD = /^[a-z]+(?: [a-z]+)*(?: {2,}[a-z]+(?: [a-z]+)*){2,}$/;

/** Colours the words that say how things stand, so that renderers know nothing of colours. */
export function paint(text: string): string {
  let before = '';
  const painted = text.split('\n').map((line) => {
    const isHead = before === '' && HEAD.test(line);
    before = line;
    return isHead ? line : paintLine(line);
  });
  return painted.join('\n');
}

function paintLine(text: string): string {
  return text.replace(CELL, (word, at: number) => {
    const colour = at === 0 && !VERDICTS.has(word) ? undefined : COLOUR_OF.get(word);
    return colour === undefined ? word : coloured(colour, word);
  });
}

/** A refusal's first line, which a person has to see. */
export function paintProblem(text: string): string {
  return text.replace(/^.*$/m, (line) => coloured('red', line));
}

export function coloured(colour: Colour, text: string): string {
  const [on, off] = CODES[colour];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
