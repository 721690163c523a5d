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
const CELL = /(?<=^|\S {2,}|^ +)[a-z_]+(?=$| {2,}|, reserved| \()/gm;

/** Colours the words that say how things stand, so that renderers know nothing of colours. */
export function paint(text: string): string {
  return text.replace(CELL, (word) => {
    const colour = COLOUR_OF.get(word);
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
