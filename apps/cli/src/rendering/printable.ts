/**
 * What others have written (descriptions, memos, labels, answers of services), harmless on a terminal: a control character would
 * move its cursor, change its colours or write over what stands there, and marks of direction would turn words around.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20) return String.fromCodePoint(PICTURES + code);
    return code === 0x7f ? '␡' : '�';
  });
}

/** The same in one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s*[\r\n\u2028\u2029]+\s*/gu, ' ').replaceAll('\t', ' '));
}

/** JSON as it is, but for characters that a terminal may obey and JSON need not escape. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(BEYOND_JSON, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}

const BEYOND_JSON = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** All but line feed and tab; C1, and what orders text from right to left. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Unicode has a picture of each of the 32. */
const PICTURES = 0x2400;
