/** Whether text is what a page shows, in which `…` stands for anything: in a line for a part of it, alone for lines. */
export function isShown(shown: string, text: string): boolean {
  return new RegExp(`^${patternOf(shown.trimEnd())}$`).test(text.replaceAll('\r\n', '\n').trimEnd());
}

/** Whether text contains what a page says of it. */
export function isContained(shown: string, text: string): boolean {
  return new RegExp(patternOf(shown)).test(text);
}

function patternOf(shown: string): string {
  return shown
    .split('\n')
    .map((line) => (line.trim() === '…' ? '[^]*?' : line.split('…').map(escaped).join('[^\\n]*?')))
    .join('\\n');
}

/** As many spaces as columns need: their widths change with what is in them. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ {2,}/g, ' {2,}');
}
