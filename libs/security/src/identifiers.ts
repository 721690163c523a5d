import { uuidv7obj } from 'uuidv7';

const identifierPattern = /^[a-z]+_[0-9a-f]{32}$/;

/** 32 hex digits of a new UUIDv7: later ids sort after earlier ones. */
export function freshId(): string {
  return uuidv7obj().toHex();
}

/** A new id such as `pay_018f…`. */
export function newId(prefix: string): string {
  return `${prefix}_${freshId()}`;
}

/** True for `<prefix>_<32 hex digits>`; `prefix` absent means any. */
export function isId(text: string, prefix?: string): boolean {
  return identifierPattern.test(text) && (prefix === undefined || text.startsWith(`${prefix}_`));
}
