import { HEADERS } from '#contracts';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { headersOf, rawHeaders } from '../raw-headers.js';

/** What a handler gives whose answer comes as time goes by, or is larger than a message: first the head, as JSON, then texts. */
export class ReplyInParts {
  constructor(
    readonly head: object,
    readonly texts: AsyncIterable<string>,
  ) {}
}

/** So many may be on their way, untaken by their reader: both sides keep no more for it. */
export const PARTS_UNTAKEN = 16;

/** At most 24 KiB as UTF-8. */
const PART_CHARACTERS = 8_192;

/** Who has heard nothing of the other for so long takes it to be gone. */
export const SILENCE_MS = 15_000;

/** What one message of such a reply is. */
export type PartKind =
  /** The head is number 0. */
  | { kind: 'part'; number: number }
  | { kind: 'end'; number: number }
  /** Answers a reader that asks: there is more to come. */
  | { kind: 'alive' }
  /** Answers it too: there is not, and the end was missed. */
  | { kind: 'gone' };

export function partHeaders(part: PartKind): MsgHdrs {
  return rawHeaders({ [HEADERS.part]: 'number' in part ? `${part.kind} ${part.number}` : part.kind });
}

/** Undefined where the message is none of such a reply. */
export function readPart(message: Msg): PartKind | undefined {
  const [kind, digits] = (headersOf(message).get(HEADERS.part) ?? '').split(' ');
  if (kind === 'alive' || kind === 'gone') return { kind };
  const number = Number(digits);
  return (kind === 'part' || kind === 'end') && Number.isSafeInteger(number) ? { kind, number } : undefined;
}

/** What a reader says: how many parts it has taken, or that it wants no more. */
export const STOP = 'stop';

/** The server's own word that nobody hears a subject. */
export function isNobody(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}

/** Texts small enough for one message each; no character is cut in two. */
export function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const isWithin = /[\uD800-\uDBFF]/.test(text.charAt(at + PART_CHARACTERS - 1));
    const end = at + PART_CHARACTERS - (isWithin ? 1 : 0);
    yield text.slice(at, end);
    at = end;
  }
}
