/** A fenced block of a page: ```` ```sh eventually ````. */
export interface Block {
  language: string;
  /** What stands behind the language. */
  words: readonly string[];
  text: string;
  /** Of its first line in the page, from 1. */
  line: number;
}

const FENCE = /^( *)```(.*)$/;

/** The fenced blocks of a page, in order, without the indentation that they have in lists. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { indent: string; lines: string[] }) | undefined;
  for (const [index, line] of page.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (!open && fence) {
      const [language = '', ...words] = fence[2]!.trim().split(/ +/);
      open = { language, words, text: '', line: index + 2, indent: fence[1]!, lines: [] };
    } else if (open && line.trim() === '```') {
      const { language, words, lines, line: first } = open;
      blocks.push({ language, words, text: `${lines.join('\n')}\n`, line: first });
      open = undefined;
    } else open?.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
  }
  if (open) throw new Error(`The block of line ${open.line} has no end`);
  return blocks;
}
