import { encodeOwnerRequest, type OwnerRequest } from '#contracts';

export type OwnerCommand = OwnerRequest['commands'][number];

const OPENING = '{"commands":[';

/**
 * One command's text inside an OwnerRequest, so that it is encoded once however often it is sent. That its key is fresh stands only in
 * the text that is sent first.
 */
export function encodeCommand(command: OwnerCommand): { text: string; first_text: string } {
  const { fresh_key } = command;
  const lasting = fresh_key ? { ...command, fresh_key: undefined } : command;
  const text = encodeOwnerRequest({ commands: [lasting] }).slice(OPENING.length, -2);
  return { text, first_text: fresh_key ? `${text.slice(0, -1)},"fresh_key":true}` : text };
}

/** An OwnerRequest of texts that `encodeCommand` gave. */
export function joinCommands(texts: readonly string[]): string {
  return `${OPENING}${texts.join(',')}]}`;
}
