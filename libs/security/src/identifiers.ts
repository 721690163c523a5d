import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

const random = new Uint32Array(1_024);
let drawn = random.length;

/** Draws for hundreds of ids at once: the generator's own asks the system for every second id. */
const generator = new V7Generator({
  nextUint32: () => {
    if (drawn === random.length) {
      randomFillSync(random);
      drawn = 0;
    }
    return random[drawn++]!;
  },
});

const identifierPattern = /^[a-z]+_[0-9a-f]{32}$/;

/** 32 hex digits of a new UUIDv7: later ids sort after earlier ones. */
export function freshId(): string {
  return generator.generate().toHex();
}

/** A new id such as `pay_018f…`. */
export function newId(prefix: string): string {
  return `${prefix}_${freshId()}`;
}

/** True for `<prefix>_<32 hex digits>`; `prefix` absent means any. */
export function isId(text: string, prefix?: string): boolean {
  return identifierPattern.test(text) && (prefix === undefined || text.startsWith(`${prefix}_`));
}
