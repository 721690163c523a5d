import { ReadModelQueryError } from './query-errors.js';

/**
 * A cursor is where the next page starts, as texts, and names the question it belongs to, so that one of another question is
 * refused rather than misread. It opens nothing: every query names its organization by itself.
 */
export function encodeCursor(question: string, place: readonly string[]): string {
  return Buffer.from(JSON.stringify([question, ...place])).toString('base64url');
}

/** The place; undefined without a cursor. Throws `cursor_invalid`. */
export function decodeCursor(cursor: string | undefined, question: string, length: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
  if (!Array.isArray(parts) || parts.length !== length + 1) throw invalid();
  const texts = parts.filter((part): part is string => typeof part === 'string' && !part.includes('\0'));
  if (texts.length !== parts.length || texts[0] !== question) throw invalid();
  return texts.slice(1);
}

export function invalid(): ReadModelQueryError {
  return new ReadModelQueryError('cursor_invalid', 'cursor', 'the cursor is not one that this list has given');
}
